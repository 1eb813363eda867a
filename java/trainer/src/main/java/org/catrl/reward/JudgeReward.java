package org.catrl.reward;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.catrl.flow.Evidence;
import org.catrl.flow.Reward;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.flow.Verdict;
import org.catrl.generate.DrawKey.Purpose;
import org.catrl.generate.DrawKey;
import org.catrl.lm.Pending;

/**
 * Model-as-judge, the ablation of rubrics: 1 where the judge finds a rollout equivalent in meaning to the reference.
 */
public final class JudgeReward implements RewardDeriver {
    private static final String EQUIVALENT = "It is equivalent in meaning to this reference:\n";
    private final Judge judge;
    private final String equivalent;
    private final double failureLimit;

    /**
     * A reward by the judge, asked for equivalence in words of ours.
     *
     * @param judge        the judge of equivalence
     * @param failureLimit share of questions without a verdict above which the run stops, in [0, 1]
     */
    public JudgeReward(Judge judge, double failureLimit) {
        this(judge, EQUIVALENT, failureLimit);
    }

    /**
     * A reward by the judge, asked for equivalence in given words.
     *
     * @param judge        the judge of equivalence
     * @param equivalent   what the criterion says before the reference, for judges trained on a fixed form
     * @param failureLimit share of questions without a verdict above which the run stops, in [0, 1]
     */
    public JudgeReward(Judge judge, String equivalent, double failureLimit) {
        this.judge = judge;
        this.equivalent = equivalent;
        this.failureLimit = failureLimit;
    }

    @Override
    public String name() {
        return "judge";
    }

    @Override
    public Pending<ScoredGroup> score(TaughtGroup taught, int step) {
        DrawKey first = new DrawKey(step, taught.group().prompt().id(), 0, Purpose.VERDICT);
        String criterion = equivalent + taught.reference().text();
        return Pending.all(IntStream.range(0, taught.group().rollouts().size()).mapToObj(rollout ->
                judge.judge(new Judge.Question(first.numbered(rollout), Optional.empty(),
                        taught.group().rollouts().get(rollout).text(), criterion))).toList())
                .map(verdicts -> new ScoredGroup(taught, verdicts.stream().map(JudgeReward::reward).toList()));
    }

    private static Reward reward(Verdict verdict) {
        Evidence evidence = new Evidence.Judged(verdict);
        return verdict.met().map(met -> Reward.of(met ? 1 : 0, evidence)).orElseGet(() -> Reward.noVerdict(evidence));
    }

    @Override
    public Map<String, Double> metrics(List<ScoredGroup> scored) {
        return JudgeMetrics.of(verdicts(scored));
    }

    @Override
    public void check(List<ScoredGroup> scored, int step) {
        JudgeMetrics.check(verdicts(scored), failureLimit, step);
    }

    private static List<Verdict> verdicts(List<ScoredGroup> scored) {
        return scored.stream().flatMap(group -> group.rewards().stream()).map(Reward::evidence)
                .flatMap(evidence -> evidence instanceof Evidence.Judged judged ? Stream.of(judged.verdict())
                        : Stream.empty()).toList();
    }
}
