package org.catrl.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.catrl.aggregate.Aggregator;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.data.Prompt;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.flow.WeightsVersion;
import org.catrl.generate.Completion;
import org.catrl.generate.Finish;
import org.catrl.recipe.AggregatorName;
import org.catrl.recipe.ModelSource;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.RewardSpec;
import org.catrl.recipe.TrainRecipe;
import org.catrl.record.GroupRecord;
import org.catrl.record.RunReader;
import org.catrl.reward.RewardDeriver;
import org.catrl.train.Advantages;
import org.catrl.train.Policy;

/**
 * A question "what if" to a recorded run: its rollouts, given references, rewards and advantages by other settings.
 * Nothing is sampled, nothing is learned, no label is read. The anchor is the model that the run began with; what asks
 * the policy as it was in each step cannot be asked, and a KL penalty in the reward is left out.
 *
 * <pre>{@code
 * Rescore rescore = RescoreRun.of(Path.of("runs/mine"), List.of("aggregator=majority")).run();
 * }</pre>
 */
public final class RescoreRun {
    private final Path run;
    private final TrainRecipe recipe;
    private RunListener listener = RunListener.SILENT;

    private RescoreRun(Path run, TrainRecipe recipe) {
        this.run = run;
        this.recipe = recipe;
    }

    /**
     * A question to a run.
     *
     * @param overrides {@code key=value}, over the run's recipe: aggregator, rewards, judge, answer ...
     * @throws RecipeException naming the key; also where labels or the policy of each step are asked for
     */
    public static RescoreRun of(Path run, List<String> overrides) {
        TrainRecipe recipe = RecordedRun.recipe(run, overrides);
        if (recipe.aggregation().aggregator() == AggregatorName.LABELS || recipe.reward().allowGold()) {
            throw new RecipeException("rescore reads no labels; name another aggregator or reward than labels or "
                    + "given_rubric, by --set aggregator=... and --set rewards=... --set allow_gold=false");
        }
        boolean policyReward = recipe.reward().rewards().stream().anyMatch(spec ->
                spec instanceof RewardSpec.ReferenceLikelihood || spec instanceof RewardSpec.SelfCertainty);
        boolean policyRole = Stream.of(recipe.roles().anchor(), recipe.roles().rubricWriter(), recipe.roles().judge())
                .anyMatch(ModelSource.Policy.class::isInstance);
        if (policyReward || policyRole) {
            throw new RecipeException("the policy of each step is not kept, so it can be neither a role nor the "
                    + "measure of reference_likelihood and self_certainty; set " + (policyRole ? "roles" : "rewards"));
        }
        return new RescoreRun(run, recipe);
    }

    /** Tells a listener how far it is, as of an evaluation named rescore. */
    public RescoreRun listener(RunListener hears) {
        listener = hears;
        return this;
    }

    /**
     * Scores all groups whose rollouts are kept.
     *
     * @throws RecipeException when there are none; and all that {@link TrainingRun#run} throws
     */
    public Rescore run() throws IOException {
        Path model = recipe.run().model();
        ModelCheck.folder(model);
        Backends.Opened opened = recipe.run().backend().open();
        try (RunReader recorded = RunReader.open(run);
             Backend backend = opened.backend();
             Policy policy = Policy.open(backend, model, recipe.hostingSettings(model), listener::loading);
             ModelRoles roles = new ModelRoles(recipe, backend, policy, Optional.empty(), listener)) {
            if (model.toString().equals(recorded.facts().get("model"))) {
                requireSame(recorded.facts(), policy);
            }
            listener.started(RunStart.of(opened));
            return scored(recorded, policy, roles);
        }
    }

    /** A check that the run's own model is the one that it began with; prompts are taken from the record. */
    private void requireSame(Map<String, String> began, Policy policy) throws IOException {
        Map<String, String> now = new LinkedHashMap<>(RunFacts.of("train", recipe, recipe.run().model(), policy,
                Optional.empty()));
        now.put("sha256/prompts", began.get("sha256/prompts"));
        RecordedRun.requireSame(run, began, now);
    }

    private Rescore scored(RunReader recorded, Policy policy, ModelRoles roles) {
        AggregatorFactory aggregators = new AggregatorFactory(recipe);
        Aggregator aggregator = aggregators.withoutLabels(recipe.aggregation(), roles);
        RewardDeriver deriver = new RewardFactory(recipe, Optional.empty(), policy, roles, aggregators.format())
                .rewards();
        RescoreTally tally = new RescoreTally(aggregators.format());
        List<Integer> steps = recorded.stepsOfGroups();
        for (int i = 0; i < steps.size(); i++) {
            listener.evaluating("rescore", i, steps.size());
            List<GroupRecord> groups = recorded.groups(steps.get(i));
            List<GroupRecord> whole = groups.stream().filter(GroupRecord::whole).toList();
            tally.skip(groups.size() - whole.size());
            if (!whole.isEmpty()) {
                score(whole, steps.get(i), aggregator, deriver, tally);
            }
        }
        if (tally.groups() == 0) {
            throw new RecipeException(run + ": holds no rollouts to score; record.groups_per_step says how many groups "
                    + "of a step keep theirs");
        }
        listener.evaluating("rescore", steps.size(), steps.size());
        return tally.result();
    }

    private void score(List<GroupRecord> groups, int step, Aggregator aggregator, RewardDeriver deriver,
                       RescoreTally tally) {
        List<TaughtGroup> taught = aggregator.teach(groups.stream().map(RescoreRun::sampled).toList(), step).stream()
                .map(group -> group.first(recipe.update().grpo().numGenerations())).toList();
        List<ScoredGroup> scored = deriver.scoreAll(taught, step);
        tally.add(step, groups, scored, Advantages.of(scored, recipe.update().grpo()));
    }

    private static SampledGroup sampled(GroupRecord group) {
        List<Rollout> rollouts = IntStream.range(0, group.rollouts().size())
                .mapToObj(i -> rollout(group.rollouts().get(i))).toList();
        return new SampledGroup(new Prompt(group.prompt().id(), group.prompt().text()), rollouts,
                group.weightsVersion() == null ? Optional.empty() : Optional.of(new SampledGroup.Origin(
                        group.prompt().ids(), new WeightsVersion(group.weightsVersion()))));
    }

    private static Rollout rollout(GroupRecord.Rollout recorded) {
        GroupRecord.Drawn drawn = recorded.drawn();
        return new Rollout(recorded.text(), new Completion(drawn.ids(), drawn.logProbs(),
                Finish.valueOf(drawn.finish().toUpperCase(Locale.ROOT))));
    }
}
