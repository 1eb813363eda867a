package org.catrl.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.catrl.aggregate.Aggregator;
import org.catrl.data.Prompts;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.reward.Reward;
import org.catrl.reward.RewardDeriver;
import org.catrl.text.AnswerFormat;

/**
 * The loop of Compute as Teacher: rollouts, one reference per group, rewards, one update. It is given prompts without
 * answers and never sees a label.
 */
public final class Trainer {
    private final Policy policy;
    private final Prompts prompts;
    private final TrainerSettings settings;
    private final Aggregator aggregator;
    private final RewardDeriver deriver;
    private final AnswerFormat format;

    /** @param format of the answers, for the metrics */
    public Trainer(Policy policy, Prompts prompts, Aggregator aggregator, RewardDeriver deriver, AnswerFormat format,
                   TrainerSettings settings) {
        this.policy = policy;
        this.prompts = prompts;
        this.aggregator = aggregator;
        this.deriver = deriver;
        this.format = format;
        this.settings = settings;
    }

    /**
     * One step, counted from 0.
     *
     * @throws NotFiniteException before any weight is touched
     */
    public StepReport step(int step) {
        Stopwatch watch = new Stopwatch();
        List<SampledGroup> voters = during("rollout", () -> policy.sample(prompts.batch(step, settings.promptsPerStep()),
                settings.numVotes(), settings.sampling(), step));
        List<SampledGroup> groups = voters.stream().map(group -> group.first(settings.grpo().numGenerations())).toList();
        double rollout = watch.lap();
        List<PseudoReference> references = during("aggregation", () -> aggregator.estimate(voters, step));
        double aggregate = watch.lap();
        List<List<Reward>> rewards = during("rewards", () -> rewards(groups, references, step));
        double reward = watch.lap();
        Optional<KlPenalty> penalty = during("reference log-probabilities", () -> penalty(groups));
        Advantages advantages = penalty.map(kl -> Advantages.of(Reward.values(rewards), kl, settings.grpo()))
                .orElseGet(() -> Advantages.of(Reward.values(rewards), settings.grpo()));
        UpdateMetrics update = during("update",
                () -> policy.update(groups, advantages, settings.sampling(), settings.grpo()));
        Map<String, Double> metrics = RewardMetrics.of(rewards, advantages, deriver.name());
        metrics.putAll(deriver.metrics());
        metrics.putAll(CompletionMetrics.of(voters));
        metrics.putAll(TeacherMetrics.of(voters, references, format));
        metrics.putAll(update.named());
        penalty.ifPresent(kl -> metrics.put("kl", kl.meanPerToken()));
        metrics.put("timing_s/rollout", rollout);
        metrics.put("timing_s/aggregate", aggregate);
        metrics.put("timing_s/reward", reward);
        metrics.put("step_time", watch.total());
        metrics.put("perf/tokens_per_second", CompletionMetrics.tokens(voters) / watch.total());
        return new StepReport(step, groups, references, rewards, metrics);
    }

    /** What runs out of memory says in which phase. */
    private static <T> T during(String phase, Supplier<T> work) {
        try {
            return work.get();
        } catch (OutOfMemoryError e) {
            OutOfMemoryError told = new OutOfMemoryError("phase " + phase + ": " + e.getMessage());
            told.initCause(e);
            throw told;
        }
    }

    /** Groups whose reference abstained get no verdicts, and are so left out of the update. */
    private List<List<Reward>> rewards(List<SampledGroup> groups, List<PseudoReference> references, int step) {
        List<SampledGroup> taught = new ArrayList<>();
        List<PseudoReference> given = new ArrayList<>();
        for (int at = 0; at < groups.size(); at++) {
            if (references.get(at).abstained().isEmpty()) {
                taught.add(groups.get(at));
                given.add(references.get(at));
            }
        }
        var scored = deriver.score(taught, given, step).iterator();
        List<List<Reward>> rewards = new ArrayList<>();
        for (int at = 0; at < groups.size(); at++) {
            SampledGroup group = groups.get(at);
            rewards.add(references.get(at).abstained().map(why -> abstained(group, why))
                    .orElseGet(scored::next));
        }
        return rewards;
    }

    private static List<Reward> abstained(SampledGroup group, String why) {
        return group.rollouts().stream().map(rollout -> Reward.noVerdict(why)).toList();
    }

    /** What KL in the reward takes off each rollout's score; empty when it is not placed there. */
    private Optional<KlPenalty> penalty(List<SampledGroup> groups) {
        GrpoConfig grpo = settings.grpo();
        return grpo.beta() > 0 && grpo.klPlacement() == KlPlacement.REWARD
                ? Optional.of(policy.klPenalty(groups, settings.sampling().temperature(), grpo)) : Optional.empty();
    }
}
