package org.catrl.aggregate;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Pending;
import org.catrl.lm.Query;
import org.catrl.lm.Reply;
import org.catrl.lm.Scorer;

/**
 * Scores by a function and remembers what it scored; a token is a character. A prompt that is asked begins with a '>'.
 */
public record ScoringModel(List<Scorer.Continuation> scored, Function<Scorer.Continuation, float[]> score,
                           int maxPositions) implements LanguageModel {
    public ScoringModel(List<Scorer.Continuation> scored, Function<Scorer.Continuation, float[]> score) {
        this(scored, score, 10_000);
    }

    /** What stands before a continuation. */
    public static String text(Scorer.Continuation continuation) {
        return new String(continuation.context(), 0, continuation.context().length);
    }

    /** The continuation itself. */
    public static String said(Scorer.Continuation continuation) {
        return new String(continuation.tokens(), 0, continuation.tokens().length);
    }

    @Override
    public Pending<Reply> ask(Query query) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Scorer> scorer() {
        return Optional.of(new Scorer() {
            @Override
            public Pending<List<float[]>> logProbs(List<Continuation> continuations) {
                scored.addAll(continuations);
                return Pending.of(continuations.stream().map(score).toList());
            }

            @Override
            public Pending<List<float[]>> selfCertainty(List<Continuation> continuations) {
                return Pending.of(continuations.stream()
                        .map(continuation -> new float[] {continuation.tokens().length}).toList());
            }

            @Override
            public int[] tokens(String text) {
                return text.chars().toArray();
            }

            @Override
            public int[] asked(String text) {
                return (">" + text).chars().toArray();
            }
        });
    }

    @Override
    public int tokens(String text) {
        return text.length();
    }
}
