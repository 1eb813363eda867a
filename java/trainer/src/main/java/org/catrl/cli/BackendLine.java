package org.catrl.cli;

import org.catrl.compute.Backends;

/** Opens the backend a recipe asks for, and says which one it is. */
final class BackendLine {
    private BackendLine() { }

    /** @param threads 0 = as many as the machine has   @throws org.catrl.compute.BackendException */
    static Backends.Opened open(BackendName name, int threads) {
        return Backends.open(name.name().toLowerCase(),
                threads == 0 ? Runtime.getRuntime().availableProcessors() : threads);
    }

    /** The first line of a run. */
    static String of(Backends.Opened opened) {
        return "backend " + opened.backend().description() + "; " + opened.reason();
    }
}
