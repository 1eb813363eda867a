package org.catrl.run;

import org.catrl.guard.GuardReport;
import org.catrl.train.EmptyCause;

/**
 * The end of a run that stopped itself: nothing more could be learned, or its guard said so.
 *
 * <pre>{@code
 * run.run().stopped().filter(RunStop::isFailure).ifPresent(stop -> System.err.println(stop.message()));
 * }</pre>
 *
 * @param cause   what the steps at the end had in common, or the guard
 * @param message why, with figures, and what to do
 * @param learned whether an earlier step of the run had taught something
 */
public record RunStop(Cause cause, String message, boolean learned) {
    /** Why a run stopped itself: as {@link EmptyCause}, or its guard. */
    public enum Cause {
        ABSTAINED, NO_VERDICT, NO_SPREAD, FINISHED, LEFT_OUT, GUARD;

        static Cause of(EmptyCause cause) {
            return switch (cause) {
                case ABSTAINED -> ABSTAINED;
                case NO_VERDICT -> NO_VERDICT;
                case NO_SPREAD -> NO_SPREAD;
                case FINISHED -> FINISHED;
                case LEFT_OUT -> LEFT_OUT;
            };
        }
    }

    /** The end by steps from which nothing could be learned. */
    RunStop(EmptyCause cause, String message, boolean learned) {
        this(Cause.of(cause), message, learned);
    }

    /** The end by a guard's warning. */
    static RunStop by(GuardReport report) {
        return new RunStop(Cause.GUARD, report.message(), true);
    }

    /** Whether the run did not do its work: false where it had learned until every reward was 1. */
    public boolean isFailure() {
        return cause != Cause.FINISHED || !learned;
    }
}
