package org.catrl.run;

import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** The wish that a run end early, uttered by any thread and heard by the one that runs. */
final class CancelSwitch {
    /** An evaluation was left unfinished. */
    static final class EvaluationLeft extends RuntimeException {
        private static final long serialVersionUID = 1;

        EvaluationLeft(String name, int done, int all) {
            super(name + " was left after " + done + " of " + all + " problems");
        }
    }

    private volatile boolean on;

    void cancel() {
        on = true;
    }

    boolean isOn() {
        return on;
    }

    /** What some work comes to; empty where it was left because the run is to end. */
    <T> Optional<T> unlessLeft(Supplier<Optional<T>> work) {
        try {
            return work.get();
        } catch (EvaluationLeft | CancellationException left) {
            if (!on) {
                throw left;
            }
            return Optional.empty();
        }
    }

    /** A listener to evaluations that leaves them between two batches when the run is to end. */
    RunListener leavingEvaluations(RunListener listener) {
        return new RunListener() {
            @Override
            public void evaluating(String name, int done, int all) {
                listener.evaluating(name, done, all);
                if (on) {
                    throw new EvaluationLeft(name, done, all);
                }
            }
        };
    }
}
