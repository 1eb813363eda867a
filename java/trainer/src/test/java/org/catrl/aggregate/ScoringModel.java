package org.catrl.aggregate;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.catrl.data.Prompt;
import org.catrl.flow.Rollout;
import org.catrl.generate.Completion;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Scorer;

/** Scores by a function and remembers what it scored; a token is a character. A prompt that is asked begins with a '>'. */
public record ScoringModel(List<Scorer.Continuation> scored, Function<Scorer.Continuation, float[]> score,
                           int maxPositions) implements LanguageModel {
    public ScoringModel(List<Scorer.Continuation> scored, Function<Scorer.Continuation, float[]> score) {
        this(scored, score, 10_000);
    }

    /** What stands before a continuation. */
    public static String text(Scorer.Continuation one) {
        return new String(one.context(), 0, one.context().length);
    }

    /** The continuation itself. */
    public static String said(Scorer.Continuation one) {
        return new String(one.completion().ids(), 0, one.completion().ids().length);
    }

    @Override
    public List<Rollout> complete(List<Prompt> prompts, SamplingSettings settings, int step) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Scorer> scorer() {
        return Optional.of(new Scorer() {
            @Override
            public List<float[]> logProbs(List<Continuation> continuations) {
                scored.addAll(continuations);
                return continuations.stream().map(score).toList();
            }

            @Override
            public List<float[]> selfCertainty(Prompt prompt, List<Completion> completions) {
                return completions.stream().map(one -> new float[] {one.ids().length}).toList();
            }

            @Override
            public int[] tokens(String text) {
                return text.chars().toArray();
            }

            @Override
            public int[] asked(Prompt prompt) {
                return (">" + prompt.text()).chars().toArray();
            }
        });
    }

    @Override
    public int tokens(String text) {
        return text.length();
    }
}
