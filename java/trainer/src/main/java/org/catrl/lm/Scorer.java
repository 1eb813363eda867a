package org.catrl.lm;

import java.util.List;
import org.catrl.flow.SampledGroup;

/**
 * The role "how likely is this text after that one". Like queries, what is to be scored waits for others until somebody
 * wants a score.
 *
 * <pre>{@code
 * Scorer scorer = model.scorer().orElseThrow();
 * Continuation yes = new Continuation(scorer.asked("Is 7 prime?"), scorer.tokens("yes"));
 * float[] logProbs = scorer.logProbs(List.of(yes)).get().get(0);
 * }</pre>
 */
public interface Scorer {
    /**
     * What follows a context.
     *
     * @param context at least one token: a text's {@link #tokens}, a text {@link #asked}, or these with more behind
     *                them
     * @param tokens  at least one token
     */
    record Continuation(int[] context, int[] tokens) {
        /** The tokens of both together. */
        public int length() {
            return context.length + tokens.length;
        }

        /** The rollouts of a group after their prompt, as the model that drew them read it. */
        public static List<Continuation> of(SampledGroup group) {
            int[] prompt = group.promptIds();
            return group.rollouts().stream().map(rollout -> new Continuation(prompt, rollout.completion().ids()))
                    .toList();
        }
    }

    /**
     * Log-probabilities at temperature 1 of each continuation's tokens, in order; those longer than fits are errors.
     * What neighbours have in common at their beginning is read once.
     */
    Pending<List<float[]>> logProbs(List<Continuation> continuations);

    /**
     * Self-certainty per token of each continuation: how far the distribution it was drawn from, at temperature 1, is
     * from one that knows nothing (arXiv 2502.18581).
     */
    Pending<List<float[]>> selfCertainty(List<Continuation> continuations);

    /** The tokens of a text as it stands. */
    int[] tokens(String text);

    /** The tokens that {@link LanguageModel#ask} continues when it is asked this text, a chat template's among them. */
    int[] asked(String text);
}
