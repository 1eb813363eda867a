package org.catrl.generate;

import java.util.List;

/** The role "how likely is this text after that one". */
public interface Scorer {
    /** One text that follows a prompt: text, or the tokens it was sampled as. */
    record Continuation(String prompt, Completion completion) { }

    /** Log-probabilities at temperature 1 of each continuation's tokens, in order; prompts longer than fits are errors. */
    List<float[]> logProbs(List<Continuation> continuations);

    /** The tokens of a text that follows something. */
    int[] tokens(String text);
}
