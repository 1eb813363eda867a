package org.catrl.generate;

import java.util.List;
import org.catrl.data.Prompt;

/** The role "how likely is this text after that one". */
public interface Scorer {
    /** One text that follows a prompt: text, or the tokens it was sampled as. */
    record Continuation(String prompt, Completion completion) { }

    /** Log-probabilities at temperature 1 of each continuation's tokens, in order; prompts longer than fits are errors. */
    List<float[]> logProbs(List<Continuation> continuations);

    /**
     * Of each completion of a prompt, per token: how far the distribution it was drawn from, at temperature 1, is from one
     * that knows nothing (self-certainty).
     */
    List<float[]> selfCertainty(Prompt prompt, List<Completion> completions);

    /** The tokens of a text that follows something. */
    int[] tokens(String text);
}
