package org.catrl.guard;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.catrl.flow.SampledGroup;
import org.catrl.text.AnswerFormat;

/** The share of prompts whose answer changed from one probe to the next: restless where nothing is settled. */
public final class AnswerFlips {
    private AnswerFlips() { }

    /**
     * The share, in [0, 1].
     *
     * @param before the first rollout of each is its answer: greedy ones, or the first of several
     * @param now    of the same prompts in the same order
     */
    public static double of(List<SampledGroup> before, List<SampledGroup> now, AnswerFormat format) {
        return IntStream.range(0, now.size()).mapToDouble(i -> flipped(answer(before.get(i), format),
                answer(now.get(i), format), format) ? 1 : 0).average().orElse(0);
    }

    private static Optional<String> answer(SampledGroup group, AnswerFormat format) {
        return format.extract(group.rollouts().get(0).text());
    }

    private static boolean flipped(Optional<String> before, Optional<String> now, AnswerFormat format) {
        return before.isPresent() != now.isPresent()
                || before.isPresent() && !format.equivalent(before.get(), now.get());
    }
}
