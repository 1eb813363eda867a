package org.catrl.run;

import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.catrl.train.Phase;

/**
 * The wish that a run end early, uttered by any thread and heard by the one that runs: cancelled, which is an end, or
 * paused, to be gone on with. Who has paused may still cancel.
 */
final class EndSwitch {
    /** A piece of work was left unfinished. */
    static final class Left extends RuntimeException {
        private static final long serialVersionUID = 1;

        Left(String message) {
            super(message);
        }
    }

    private volatile boolean cancelled;
    private volatile boolean paused;

    void cancel() {
        cancelled = true;
    }

    void pause() {
        paused = true;
    }

    /** Whether the run is to end, in either way. */
    boolean isOn() {
        return cancelled || paused;
    }

    boolean isCancelled() {
        return cancelled;
    }

    boolean isPaused() {
        return paused && !cancelled;
    }

    /** What some work comes to; empty where it was left because the run is to end. */
    <T> Optional<T> unlessLeft(Supplier<Optional<T>> work) {
        try {
            return work.get();
        } catch (Left | CancellationException left) {
            if (!isOn()) {
                throw left;
            }
            return Optional.empty();
        }
    }

    /** A listener to the phases of a step that leaves it before the next one begins when the run is paused. */
    Consumer<Phase> leavingSteps(Consumer<Phase> listener) {
        return phase -> {
            if (isPaused()) {
                throw new Left("the step was left before its phase " + phase.text());
            }
            listener.accept(phase);
        };
    }

    /** A listener to evaluations that leaves them between two batches when the run is to end. */
    RunListener leavingEvaluations(RunListener listener) {
        return new RunListener() {
            @Override
            public void evaluating(String name, int done, int all) {
                listener.evaluating(name, done, all);
                if (isOn()) {
                    throw new Left(name + " was left after " + done + " of " + all + " problems");
                }
            }
        };
    }
}
