package org.catrl.lm;

import java.util.Optional;
import java.util.OptionalInt;
import org.catrl.flow.FailureKind;
import org.catrl.flow.Rollout;
import org.catrl.flow.Usage;

/**
 * What came of a {@link Query}.
 *
 * <pre>{@code
 * String text = model.ask(query).get().rollout().map(Rollout::text).orElse("no answer");
 * }</pre>
 */
public sealed interface Reply {
    /** What it took. */
    Usage usage();

    /** The answer; empty when there is none. */
    Optional<Rollout> rollout();

    /** The same reply with another account of what it took. */
    Reply withUsage(Usage other);

    /**
     * An answer.
     *
     * @param made   the answer; of an endpoint, its text without token ids
     * @param read   tokens of the query, as its model counts them; empty where it does not
     * @param tokens those of the answer, as its model counts them; empty where an endpoint does not
     */
    record Answered(Rollout made, OptionalInt read, OptionalInt tokens, Usage usage) implements Reply {
        @Override
        public Optional<Rollout> rollout() {
            return Optional.of(made);
        }

        @Override
        public Reply withUsage(Usage other) {
            return new Answered(made, read, tokens, other);
        }
    }

    /**
     * No answer: the query does not fit the model's context, or an endpoint did not answer in time or in the agreed
     * form.
     *
     * @param kind   why, as it is counted
     * @param reason why, in words
     */
    record Unanswered(FailureKind kind, String reason, Usage usage) implements Reply {
        /** A query that does not fit the context. */
        public Unanswered(String reason, Usage usage) {
            this(FailureKind.TOO_LONG, reason, usage);
        }

        @Override
        public Optional<Rollout> rollout() {
            return Optional.empty();
        }

        @Override
        public Reply withUsage(Usage other) {
            return new Unanswered(kind, reason, other);
        }
    }
}
