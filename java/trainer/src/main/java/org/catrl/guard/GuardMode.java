package org.catrl.guard;

/**
 * What a run does about what its guard sees.
 *
 * <pre>{@code
 * guard: stop
 * }</pre>
 */
public enum GuardMode {
    /** Nothing is watched. */
    OFF,
    /** A warning is told, and the run goes on. */
    WARN,
    /** A warning ends the run; the best checkpoint is kept. */
    STOP
}
