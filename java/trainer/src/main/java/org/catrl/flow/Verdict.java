package org.catrl.flow;

import java.util.Optional;

/**
 * What a judge says of one response and one criterion.
 *
 * @param met     whether it is met; empty = no verdict: the judge failed, timed out or did not say it plainly
 * @param reply   the reply as it came, or why there is none
 * @param usage   what was asked for it; nothing where an equal question got the same answer
 * @param failure why there is no verdict; empty where there is one
 */
public record Verdict(Optional<Boolean> met, String reply, Usage usage, Optional<FailureKind> failure) {
    public Verdict {
        if (met.isPresent() == failure.isPresent()) {
            throw new IllegalArgumentException("a verdict is " + met + " and its failure " + failure
                    + "; it must have exactly one of them");
        }
    }

    /** What a reply says; one that says nothing is unclear. */
    public Verdict(Optional<Boolean> met, String reply, Usage usage) {
        this(met, reply, usage, met.isPresent() ? Optional.empty() : Optional.of(FailureKind.UNCLEAR));
    }

    /** No verdict, as there is no reply. */
    public static Verdict none(FailureKind kind, String why, Usage usage) {
        return new Verdict(Optional.empty(), why, usage, Optional.of(kind));
    }

    /** The same verdict with another account of what it took. */
    public Verdict withUsage(Usage other) {
        return new Verdict(met, reply, other, failure);
    }
}
