package org.catrl.train;

import java.util.List;
import java.util.Map;
import org.catrl.aggregate.Ballot;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;

/**
 * What one step did, with all that made its rewards.
 *
 * @param step       counted from 0
 * @param taught     all rollouts by prompt, as they voted, with their references
 * @param ballots    the answers that were read of them
 * @param groups     the rollouts that were learned from, their references and rewards; no verdicts where the reference
 *                   abstained
 * @param advantages what was learned of those
 * @param signal     what there was to learn from, in counts
 * @param stages     what the phases took
 * @param metrics    under the names that are logged, in order
 */
public record StepReport(int step, List<TaughtGroup> taught, List<Ballot> ballots, List<ScoredGroup> groups,
                         Advantages advantages, LearningSignal signal, List<Stage> stages,
                         Map<String, Double> metrics) { }
