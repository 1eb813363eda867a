package org.catrl.reward;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.Pending;

/** Reward derivation: a group and its pseudo-reference in, one reward with its evidence per rollout out. */
public interface RewardDeriver {
    /** The name in metrics: {@code rewards/NAME/mean}. */
    String name();

    /**
     * The rewards of one group, there once somebody wants them.
     *
     * @param group one whose reference did not abstain
     * @param step  part of the random key of whatever is drawn
     */
    Pending<ScoredGroup> score(TaughtGroup group, int step);

    /** What the scores of a step have to tell besides, under the metrics' names; made from their evidence alone. */
    default Map<String, Double> metrics(List<ScoredGroup> scored) {
        return Map.of();
    }

    /**
     * Refuses the scores of a step that are not fit to be learned from.
     *
     * @throws JudgeFailureException when a judge gave too few verdicts
     */
    default void check(List<ScoredGroup> scored, int step) { }

    /**
     * All groups with their rewards, in order; what is asked of a model is asked together. Groups whose reference
     * abstained get no verdicts, and are so left out of the update.
     *
     * @throws JudgeFailureException when a judge gave too few verdicts; it holds the groups
     */
    default List<ScoredGroup> scoreAll(List<TaughtGroup> groups, int step) {
        List<ScoredGroup> scored = Pending.all(groups.stream().map(group -> group.reference().abstained()
                .map(why -> Pending.of(ScoredGroup.withoutVerdict(group, why)))
                .orElseGet(() -> Objects.requireNonNull(score(group, step),
                        () -> "no scores are pending for prompt " + group.group().prompt().id()))).toList()).get();
        scored.forEach(group -> Objects.requireNonNull(group, "there are no scores for a group"));
        try {
            check(scored, step);
        } catch (JudgeFailureException e) {
            throw e.with(scored);
        }
        return scored;
    }
}
