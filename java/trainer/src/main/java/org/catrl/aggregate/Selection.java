package org.catrl.aggregate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.text.AnswerFormat;

/** One rollout of a group as its reference. */
final class Selection {
    private Selection() { }

    /**
     * The reference that is the text of one rollout.
     *
     * @param confidence how sure the choice is, in [0, 1]
     */
    static PseudoReference of(SampledGroup group, int rollout, String source, AnswerFormat format, double confidence) {
        String text = group.rollouts().get(rollout).text();
        List<Double> weights = new ArrayList<>(Collections.nCopies(group.rollouts().size(), 0.0));
        weights.set(rollout, 1.0);
        return new PseudoReference(text, format.extract(text), source, weights, confidence, Optional.empty());
    }

    /** The mean over tokens; empty without any. */
    static OptionalDouble mean(float[] tokens) {
        return IntStream.range(0, tokens.length).mapToDouble(i -> tokens[i]).average();
    }

    /**
     * The rollout with an answer that scores highest; among equals the one that the policy found likelier (one whose
     * model tells no log-probabilities comes after those), then the first. Abstains where no rollout holds an answer
     * or none of those has a score.
     *
     * @param scores per rollout; empty = none
     */
    static PseudoReference highest(SampledGroup group, List<OptionalDouble> scores, String source,
                                   AnswerFormat format) {
        Comparator<Integer> order = Comparator.<Integer>comparingDouble(rollout -> scores.get(rollout).getAsDouble())
                .thenComparingDouble(rollout -> group.rollouts().get(rollout).meanLogProb()
                        .orElse(Double.NEGATIVE_INFINITY));
        return IntStream.range(0, scores.size()).filter(rollout -> scores.get(rollout).isPresent()
                        && format.extract(group.rollouts().get(rollout).text()).isPresent()).boxed()
                .reduce((a, b) -> order.compare(b, a) > 0 ? b : a)
                .map(best -> of(group, best, source, format, 1))
                .orElseGet(() -> PseudoReference.abstain(source, scores.size(),
                        "no rollout with an answer has a score"));
    }
}
