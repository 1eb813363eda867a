package org.catrl.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.catrl.aggregate.Aggregator;
import org.catrl.compute.Backend;
import org.catrl.data.Prompt;
import org.catrl.data.RandomStream;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.generate.DrawKey;
import org.catrl.generate.SamplingSettings;
import org.catrl.guard.GuardSettings;
import org.catrl.guard.ProbeSet;
import org.catrl.recipe.TrainRecipe;
import org.catrl.reward.RewardDeriver;
import org.catrl.train.Policy;

/**
 * The questions of a recipe's guard: training prompts that the run itself does not reach, without labels, asked under
 * the same draws every time. The references that they are held against are made once, of the initial policy's rollouts.
 *
 * <pre>{@code
 * try (Probe probe = Probe.open(recipe, backend, policy)) {
 *     probe.begin(policy);
 *     ProbeScore score = ProbeScore.of(10, probe.scored(probe.rollouts(policy))).orElseThrow();
 * }
 * }</pre>
 */
public final class Probe implements AutoCloseable {
    /** The step in the keys of the rollouts that are scored. */
    private static final int ASKED = DrawKey.OUTSIDE_STEPS;
    /** The step in the keys of the rollouts that the references are made of. */
    private static final int INITIAL = 0;

    /** The place in the order of training where the prompts of the probe begin, or a little before. */
    private static final int FAR = 1 << 24;

    private final GuardSettings settings;
    private final SamplingSettings sampling;
    private final int votes;
    private final List<Prompt> prompts;
    private final Aggregator aggregator;
    private final RewardDeriver yardstick;
    private final AutoCloseable models;
    private List<SampledGroup> initial = List.of();
    private ProbeSet set = new ProbeSet(List.of(), List.of());

    Probe(TrainRecipe recipe, Task task, Aggregator aggregator, RewardDeriver yardstick, AutoCloseable models) {
        this.settings = recipe.guard().watch();
        this.sampling = recipe.task().sampling().toSettings();
        this.votes = recipe.numGenerations();
        this.prompts = prompts(task, settings.prompts());
        this.aggregator = aggregator;
        this.yardstick = yardstick;
        this.models = models;
    }

    /**
     * A probe of its own, outside of a run; empty where the recipe's rewards hold nothing to a reference.
     *
     * @param initial the policy before training; stays the caller's
     */
    public static Optional<Probe> open(TrainRecipe recipe, Backend backend, Policy initial) {
        ModelRoles roles = new ModelRoles(recipe, backend, initial, Optional.empty(), RunListener.SILENT);
        return of(recipe, Task.of(recipe), initial, roles, roles);
    }

    /** The probe of a run; the models are closed with it. */
    static Optional<Probe> of(TrainRecipe recipe, Task task, Policy policy, ModelRoles roles, AutoCloseable models) {
        AggregatorFactory aggregators = new AggregatorFactory(recipe);
        RewardFactory rewards = new RewardFactory(recipe, Optional.empty(), policy, roles, aggregators.format());
        return rewards.yardstick().map(yardstick -> new Probe(recipe, task, aggregators.ofProbe(recipe.aggregation(),
                roles), yardstick, models));
    }

    /** Prompts from where no run comes to, however long it is; of a file, some that it has seen. */
    private static List<Prompt> prompts(Task task, int count) {
        return task.prompts().batch(FAR / count, count).stream().distinct().toList();
    }

    /** Makes the references, of the policy as it is before the first step. */
    public void begin(Policy policy) {
        List<TaughtGroup> taught = aggregator.teach(policy.rollouts(RandomStream.PROBE).sample(prompts, votes, sampling,
                INITIAL), ASKED);
        set = ProbeSet.of(taught);
        initial = taught.stream().filter(group -> group.reference().abstained().isEmpty()).map(TaughtGroup::group)
                .toList();
    }

    /** The rollouts that the references were made of; empty after a restoration. */
    public List<SampledGroup> initial() {
        return initial;
    }

    /** The prompts with their references. */
    public ProbeSet set() {
        return set;
    }

    /** What makes references of groups of this probe. */
    public Aggregator aggregator() {
        return aggregator;
    }

    /** What rollouts are scored by. */
    public RewardDeriver yardstick() {
        return yardstick;
    }

    /** The rollouts of a policy on the probe: the same draws for every policy. */
    public List<SampledGroup> rollouts(Policy policy) {
        return rollouts(policy, settings.samples(), sampling);
    }

    /** The same, of another number and drawn by other settings. */
    public List<SampledGroup> rollouts(Policy policy, int samples, SamplingSettings drawn) {
        return policy.rollouts(RandomStream.PROBE).sample(set.prompts(), samples, drawn, ASKED);
    }

    /**
     * Rollouts with their rewards by the references of step 0.
     *
     * @throws org.catrl.reward.JudgeFailureException when a judge gave too few verdicts
     */
    public List<ScoredGroup> scored(List<SampledGroup> groups) {
        return yardstick.scoreAll(set.hold(groups), ASKED);
    }

    /** The references, for the state of a checkpoint. */
    JsonNode state() {
        return set.state();
    }

    /** Takes up the references of a state. */
    void restore(JsonNode state) throws IOException {
        set = ProbeSet.restored(state, prompts);
    }

    @Override
    public void close() throws IOException {
        try {
            models.close();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
