package org.catrl.run;

import org.catrl.train.EmptyCause;

/**
 * The end of a run in which nothing more could be learned.
 *
 * <pre>{@code
 * run.run().stopped().filter(RunStop::isFailure).ifPresent(stop -> System.err.println(stop.message()));
 * }</pre>
 *
 * @param cause   what the steps at the end had in common
 * @param message why, with counts, and what to do
 * @param learned whether an earlier step of the run had taught something
 */
public record RunStop(EmptyCause cause, String message, boolean learned) {
    /** Whether the run did not do its work: false where it had learned until every reward was 1. */
    public boolean isFailure() {
        return cause != EmptyCause.FINISHED || !learned;
    }
}
