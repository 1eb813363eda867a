package org.catrl.cli;

import org.catrl.compute.BackendSettings;
import org.catrl.compute.Backends;

/** Opens the backend a recipe asks for, and says which one it is. */
final class BackendLine {
    private BackendLine() { }

    /** @throws org.catrl.compute.BackendException */
    static Backends.Opened open(MeasuredRecipe recipe) {
        return open(recipe.backend(), recipe.threads(), recipe.exact());
    }

    /** @param threads 0 = as many as the machine has */
    static Backends.Opened open(BackendName name, int threads, boolean exact) {
        return open(name, threads, exact, 0);
    }

    /** @param device of CUDA, from 0 */
    static Backends.Opened open(BackendName name, int threads, boolean exact, int device) {
        int all = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        return Backends.open(name.name().toLowerCase(), new BackendSettings(all, device, exact, false));
    }

    /** The first line of a run. */
    static String of(Backends.Opened opened) {
        return "backend " + opened.backend().description() + "; " + opened.reason();
    }
}
