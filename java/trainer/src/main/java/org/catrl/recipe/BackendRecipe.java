package org.catrl.recipe;

import static org.catrl.setting.SettingException.require;

import java.util.Optional;
import org.catrl.compute.BackendSettings;
import org.catrl.compute.Backends;

/**
 * Where a run runs. Its keys stand at the top of a recipe.
 *
 * <pre>{@code
 * backend: cuda
 * exact: true
 * }</pre>
 *
 * @param backend       the backend, or auto
 * @param threads       those of the CPU; 0 = as many as the machine has
 * @param exact         whether on CUDA the sampler's and the trainer's log-probabilities are equal to the bit, at some
 *                      speed
 * @param checkLaunches whether to wait on CUDA after every launch and name the kernel that failed; slow, to hunt an
 *                      error
 */
public record BackendRecipe(BackendName backend, int threads, boolean exact, boolean checkLaunches) {
    private static final int MOST_THREADS = 1024;
    static final BackendRecipe DEFAULTS = of(BackendName.AUTO, 0);

    public BackendRecipe {
        require(threads >= 0 && threads <= MOST_THREADS, "threads", threads, "0 (all) or more, and at most "
                + MOST_THREADS);
    }

    /** A backend with this many threads; 0 = as many as the machine has. */
    public static BackendRecipe of(BackendName backend, int threads) {
        return new BackendRecipe(backend, threads, false, false);
    }

    /**
     * Opens it; the caller closes it.
     *
     * @throws org.catrl.compute.BackendException when it cannot be used here
     */
    public Backends.Opened open() {
        return open(0);
    }

    /** The same on another device of CUDA, from 0. */
    public Backends.Opened open(int device) {
        int all = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        Backends.Opened opened = Backends.open(Spelling.of(backend),
                new BackendSettings(all, device, exact, checkLaunches));
        return new Backends.Opened(opened.backend(), opened.reason() + warning().map(text -> "; " + text).orElse(""));
    }

    /** A warning where more threads are asked for than the machine runs at once. */
    public Optional<String> warning() {
        int processors = Runtime.getRuntime().availableProcessors();
        return threads <= processors ? Optional.empty() : Optional.of("warning: " + threads + " threads are more than "
                + "the " + processors + " that this machine runs at once, and slower");
    }
}
