package org.catrl.train;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.catrl.aggregate.Aggregator;
import org.catrl.aggregate.Ballot;
import org.catrl.data.Prompts;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.TokenUse;
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
    private Supplier<TokenUse> meter = () -> TokenUse.NONE;

    /**
     * A loop that has not begun.
     *
     * @param policy     what learns; not closed here
     * @param prompts    what is asked, without answers
     * @param aggregator estimates the reference of each group
     * @param deriver    makes rewards of references
     * @param format     how answers are read, for the metrics
     * @param settings   what a step does
     */
    public Trainer(Policy policy, Prompts prompts, Aggregator aggregator, RewardDeriver deriver, AnswerFormat format,
                   TrainerSettings settings) {
        this.policy = policy;
        this.prompts = prompts;
        this.aggregator = aggregator;
        this.deriver = deriver;
        this.format = format;
        this.settings = settings;
    }

    /** Reads what the models that are asked have been used for, so that a step can tell it by phase. */
    public Trainer meter(Supplier<TokenUse> used) {
        meter = used;
        return this;
    }

    /**
     * One step, counted from 0: rollouts, references, rewards, advantages, one update.
     *
     * @throws NotFiniteException for a reward, loss or norm before any weight is touched; or when the update left a
     *                            weight that is not finite
     */
    public StepReport step(int step) {
        return step(step, phase -> { });
    }

    /**
     * The same step, which may be left before a phase begins.
     *
     * @param beginning hears of each phase before it begins; what it throws ends the step there, and as long as the
     *                  update has not begun nothing has been learned from it
     */
    public StepReport step(int step, Consumer<Phase> beginning) {
        Phases phases = new Phases(meter, beginning);
        List<SampledGroup> sampled = phases.run(Phase.ROLLOUT, () -> policy.sample(
                prompts.batch(step, settings.promptsPerStep()), settings.numVotes(), settings.sampling(), step));
        List<TaughtGroup> taught = phases.run(Phase.AGGREGATE, () -> aggregator.teach(sampled, step));
        List<ScoredGroup> scored = phases.run(Phase.REWARD,
                () -> finite(deriver.scoreAll(learnedFrom(taught), step), step));
        Advantages advantages = phases.run(Phase.REFERENCE,
                () -> Advantages.of(scored, penalty(scored), settings.grpo()));
        UpdateMetrics update = phases.run(Phase.UPDATE,
                () -> policy.update(advantages, settings.sampling(), settings.grpo()));
        List<Ballot> ballots = taught.stream().map(group -> Ballot.of(group.group(), format)).toList();
        Map<String, Double> metrics = metrics(ballots, taught, scored, advantages, phases);
        metrics.putAll(update.named());
        int unparsed = (int) Math.round(metrics.get("cat/parse_failures") * sampled.size() * settings.numVotes());
        return new StepReport(step, taught, ballots, scored, advantages,
                LearningSignal.of(scored, advantages, settings.grpo(), unparsed), phases.stages(use(sampled)), metrics);
    }

    /** The scores as they are, where every reward is a number that an advantage can be made of. */
    private List<ScoredGroup> finite(List<ScoredGroup> scored, int step) {
        for (ScoredGroup group : scored) {
            for (int i = 0; i < group.rewards().size(); i++) {
                double value = group.rewards().get(i).value().orElse(0);
                if (!Double.isFinite(value)) {
                    throw NotFiniteException.reward("the reward " + deriver.name() + " of rollout " + i + " of prompt "
                            + group.group().prompt().id() + " in step " + step, value);
                }
            }
        }
        return scored;
    }

    /** What sampling took: a question a rollout, whose prompt is read once a group. */
    private static TokenUse use(List<SampledGroup> sampled) {
        return new TokenUse(sampled.stream().mapToLong(group -> group.rollouts().size()).sum(),
                sampled.stream().mapToLong(group -> group.promptIds().length).sum(),
                (long) CompletionMetrics.tokens(sampled));
    }

    private Map<String, Double> metrics(List<Ballot> ballots, List<TaughtGroup> taught, List<ScoredGroup> scored,
                                        Advantages advantages, Phases phases) {
        List<SampledGroup> sampled = taught.stream().map(TaughtGroup::group).toList();
        Map<String, Double> metrics = RewardMetrics.of(scored, advantages, deriver.name());
        metrics.putAll(deriver.metrics(scored));
        metrics.putAll(CompletionMetrics.of(sampled));
        metrics.putAll(AggregationMetrics.of(taught, ballots));
        format.takeGivenUp().forEach((cause, count) -> metrics.put("answers/" + cause, (double) count));
        metrics.putAll(phases.metrics());
        metrics.put("perf/tokens_per_second", CompletionMetrics.tokens(sampled) / metrics.get("step_time"));
        return metrics;
    }

    /** The first num_generations of the rollouts that voted, with the reference that all of them made. */
    private List<TaughtGroup> learnedFrom(List<TaughtGroup> taught) {
        return taught.stream().map(group -> group.first(settings.grpo().numGenerations())).toList();
    }

    /** The penalty that a KL term in the reward takes off each rollout's score; empty when it is not placed there. */
    private Optional<KlPenalty> penalty(List<ScoredGroup> scored) {
        GrpoConfig grpo = settings.grpo();
        return grpo.kl().actsIn(KlPlacement.REWARD)
                ? Optional.of(policy.klPenalty(scored.stream().map(ScoredGroup::group).toList(),
                        settings.sampling().temperature(), grpo)) : Optional.empty();
    }
}
