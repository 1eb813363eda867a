package org.catrl.cli;

import org.catrl.compute.BackendSettings;
import org.catrl.compute.Backends;
import org.catrl.recipe.BackendName;
import org.catrl.recipe.Spelling;

/** Opens the backend that the command line asks for, and says which one it is. */
final class BackendLine {
    private BackendLine() { }

    /** @param threads 0 = as many as the machine has   @throws org.catrl.compute.BackendException when it is not there */
    static Backends.Opened open(BackendName name, int threads) {
        return open(name, threads, 0, false, false);
    }

    /**
     * Also with what concerns CUDA alone.
     *
     * @param device        from 0
     * @param exact         whether sampler and trainer agree to the bit
     * @param checkLaunches whether it waits after every launch and names the kernel that failed
     */
    static Backends.Opened open(BackendName name, int threads, int device, boolean exact, boolean checkLaunches) {
        int all = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        return Backends.open(Spelling.of(name), new BackendSettings(all, device, exact, checkLaunches));
    }

    /** The first line of a run. */
    static String of(String backend, String why) {
        return "backend " + backend + "; " + why;
    }
}
