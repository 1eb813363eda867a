package org.catrl.train;

import java.util.List;
import java.util.Map;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.reward.Reward;

/**
 * What one step did, with all that made its rewards.
 *
 * @param groups     the rollouts, by prompt
 * @param references one per group
 * @param rewards    per group and rollout; no verdicts where the reference abstained
 * @param metrics    under the names that are logged, in order
 */
public record StepReport(int step, List<SampledGroup> groups, List<PseudoReference> references, List<List<Reward>> rewards,
                         Map<String, Double> metrics) { }
