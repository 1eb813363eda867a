package org.catrl.guard;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.catrl.flow.Reward;
import org.catrl.flow.ScoredGroup;

/**
 * The score of a policy on the probe: the mean reward of its rollouts against the references of step 0.
 *
 * @param steps   that the policy has learned
 * @param value   the mean over prompts of the mean over rollouts; higher = better
 * @param error   its standard error over prompts
 * @param prompts those with a verdict
 */
public record ProbeScore(int steps, double value, double error, int prompts) {
    /** The score of groups that were held against the yardstick; empty where none has a verdict. */
    public static Optional<ProbeScore> of(int steps, List<ScoredGroup> scored) {
        double[] means = scored.stream().map(ProbeScore::mean).flatMapToDouble(OptionalDouble::stream).toArray();
        if (means.length == 0) {
            return Optional.empty();
        }
        double mean = Arrays.stream(means).average().orElseThrow();
        double variance = Arrays.stream(means).map(each -> (each - mean) * (each - mean)).sum()
                / Math.max(1, means.length - 1);
        return Optional.of(new ProbeScore(steps, mean, Math.sqrt(variance / means.length), means.length));
    }

    private static OptionalDouble mean(ScoredGroup group) {
        return group.rewards().stream().map(Reward::value).flatMapToDouble(OptionalDouble::stream).average();
    }
}
