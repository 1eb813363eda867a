package org.catrl.reward;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;

/** Model-as-judge, the ablation of rubrics: 1 where the judge finds a rollout equivalent in meaning to the reference. */
public final class JudgeReward implements RewardDeriver {
    private static final String EQUIVALENT = "It is equivalent in meaning to this reference:\n";
    private final Judge judge;
    private final String equivalent;
    private final double failureLimit;
    private final Map<String, Double> metrics = new LinkedHashMap<>();

    /** @param failureLimit share of questions without a verdict above which the run stops */
    public JudgeReward(Judge judge, double failureLimit) {
        this(judge, EQUIVALENT, failureLimit);
    }

    /** @param equivalent what the criterion says before the reference, for judges trained on a fixed form */
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
    public Map<String, Double> metrics() {
        return metrics;
    }

    @Override
    public List<List<Reward>> score(List<SampledGroup> groups, List<PseudoReference> references, int step) {
        List<Judge.Question> questions = new ArrayList<>();
        for (int at = 0; at < groups.size(); at++) {
            for (Rollout rollout : groups.get(at).rollouts()) {
                questions.add(new Judge.Question(groups.get(at).prompt().id(), Optional.empty(), rollout.text(),
                        equivalent + references.get(at).text()));
            }
        }
        var verdicts = (questions.isEmpty() ? List.<Judge.Verdict>of() : judge.judge(questions, step)).iterator();
        metrics.clear();
        metrics.putAll(judge.metrics());
        JudgeFailureException.check(metrics.get("judge/failures"), failureLimit, step);
        return groups.stream().map(group -> group.rollouts().stream().map(rollout -> reward(verdicts.next())).toList())
                .toList();
    }

    private static Reward reward(Judge.Verdict verdict) {
        return verdict.met().map(met -> Reward.of(met ? 1 : 0, verdict.reply()))
                .orElseGet(() -> Reward.noVerdict(verdict.reply()));
    }
}
