package org.catrl.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.catrl.flow.SampledGroup;
import org.catrl.generate.Completion;

/**
 * One rollout as the loss sees it.
 *
 * @param oldLogProbs log-probabilities of its tokens, recorded at sampling
 * @param reference   log-probabilities under the frozen initial weights; null when the loss has no KL term
 * @param used        false: left out of the update
 * @param masked      its tokens weigh nothing, but it counts in the normaliser
 * @param weight      the weight of each of its tokens in the loss of the mini-batch
 */
record Sample(int promptId, int rollout, int[] prompt, int[] completion, float[] oldLogProbs, float[] reference,
              double advantage, boolean used, boolean masked, double weight) {
    /** The rows that it takes in a training pass. */
    int rows() {
        return prompt.length + completion.length - 1;
    }

    /** The rollouts of a group, as they were drawn, with their advantages. */
    static List<Sample> of(GroupAdvantages advantages, Optional<GroupLogProbs> reference, GrpoConfig config) {
        SampledGroup group = advantages.group();
        int[] prompt = group.promptIds();
        return IntStream.range(0, group.rollouts().size()).mapToObj(i -> {
            Completion completion = group.rollouts().get(i).completion();
            return new Sample(group.prompt().id(), i, prompt, completion.ids(), completion.logProbs(),
                    reference.map(scored -> scored.rollouts().get(i)).orElse(null), advantages.values()[i],
                    advantages.used()[i], config.maskTruncatedCompletions() && group.rollouts().get(i).truncated(), 0);
        }).toList();
    }

    Sample withWeight(double perToken) {
        return new Sample(promptId, rollout, prompt, completion, oldLogProbs, reference, advantage, used, masked,
                perToken);
    }

    /** The samples weighed for their mini-batch, in order, without those that weigh nothing. */
    static List<Sample> weighed(List<Sample> miniBatch, LossType type, int maxCompletionLength) {
        int[] lengths = new int[miniBatch.size()];
        boolean[] used = new boolean[lengths.length];
        boolean[] masked = new boolean[lengths.length];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = miniBatch.get(i).completion.length;
            used[i] = miniBatch.get(i).used;
            masked[i] = miniBatch.get(i).masked;
        }
        double[] weights = TokenWeights.of(type, lengths, used, masked, maxCompletionLength);
        List<Sample> weighed = new ArrayList<>();
        for (int i = 0; i < lengths.length; i++) {
            if (weights[i] != 0) {
                weighed.add(miniBatch.get(i).withWeight(weights[i]));
            }
        }
        return weighed;
    }
}
