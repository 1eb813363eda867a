package org.catrl.train;

import java.util.List;
import java.util.Map;
import org.catrl.flow.ScoredGroup;

/**
 * What one step did, with all that made its rewards.
 *
 * @param step    counted from 0
 * @param groups  the rollouts by prompt, their references and rewards; no verdicts where the reference abstained
 * @param signal  what there was to learn from, in counts
 * @param metrics under the names that are logged, in order
 */
public record StepReport(int step, List<ScoredGroup> groups, LearningSignal signal,
                         Map<String, Double> metrics) { }
