package org.catrl.lm;

import java.util.List;
import org.catrl.data.Prompt;
import org.catrl.generate.Completion;

/** The role "how likely is this text after that one". */
public interface Scorer {
    /**
     * What follows a context.
     *
     * @param context    at least one token: a text's {@link #tokens}, a prompt {@link #asked}, or these with more behind them
     * @param completion at least one token
     */
    record Continuation(int[] context, Completion completion) {
        /** Tokens in all. */
        public int length() {
            return context.length + completion.ids().length;
        }
    }

    /**
     * Log-probabilities at temperature 1 of each continuation's tokens, in order; those longer than fits are errors. What
     * neighbours have in common at their beginning is read once.
     */
    List<float[]> logProbs(List<Continuation> continuations);

    /**
     * Of each completion of a prompt, per token: how far the distribution it was drawn from, at temperature 1, is from one
     * that knows nothing (self-certainty).
     */
    List<float[]> selfCertainty(Prompt prompt, List<Completion> completions);

    /** The tokens of a text as it stands. */
    int[] tokens(String text);

    /** The tokens that {@link LanguageModel#complete} continues when it is asked this, a chat template's among them. */
    int[] asked(Prompt prompt);
}
