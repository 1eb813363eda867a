package org.catrl.compute;

/**
 * A backend that lives outside this package, found by {@link java.util.ServiceLoader}. {@link Backends} is the only way
 * to one: it puts the check of the arguments in front.
 */
public interface BackendProvider {
    /** The name that {@link Backends#open} is asked for. */
    String name();

    /** Opens the backend, to be closed by the caller; its arguments are not checked yet. */
    Backend open(BackendSettings settings);
}
