package org.catrl.cli;

import org.catrl.compute.BackendSettings;
import org.catrl.compute.Backends;
import org.catrl.recipe.BackendName;
import org.catrl.recipe.MeasuredRecipe;

/** Opens the backend a recipe asks for, and says which one it is. */
final class BackendLine {
    private BackendLine() { }

    /** @throws org.catrl.compute.BackendException */
    static Backends.Opened open(MeasuredRecipe recipe) {
        return open(recipe.backend(), recipe.threads(), recipe.exact(), 0, recipe.checkLaunches());
    }

    /** @param threads 0 = as many as the machine has */
    static Backends.Opened open(BackendName name, int threads, boolean exact) {
        return open(name, threads, exact, 0, false);
    }

    /**
     * @param device        of CUDA, from 0
     * @param checkLaunches whether CUDA waits after every launch and names the kernel that failed
     */
    static Backends.Opened open(BackendName name, int threads, boolean exact, int device, boolean checkLaunches) {
        int all = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        return Backends.open(name.name().toLowerCase(), new BackendSettings(all, device, exact, checkLaunches));
    }

    /** The first line of a run. */
    static String of(Backends.Opened opened) {
        return "backend " + opened.backend().description() + "; " + opened.reason();
    }
}
