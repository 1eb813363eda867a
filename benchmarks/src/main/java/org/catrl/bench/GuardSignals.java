package org.catrl.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.generate.SamplingSettings;
import org.catrl.guard.AnchorLikelihood;
import org.catrl.guard.AnswerFlips;
import org.catrl.guard.AnswerSpread;
import org.catrl.guard.Guard;
import org.catrl.guard.HackingGap;
import org.catrl.guard.ProbeScore;
import org.catrl.guard.RewardSpread;
import org.catrl.guard.TeacherDrift;
import org.catrl.recipe.TrainRecipe;
import org.catrl.run.Probe;
import org.catrl.text.AnswerFormat;
import org.catrl.train.Policy;

/** Every signal of a guard, also those that a run does not pay for. */
final class GuardSignals {
    private static final int STEP = -1;
    /** Rollouts of a prompt whose likelihood is taken. */
    private static final int READ = 2;

    private final TrainRecipe recipe;
    private final Probe probe;
    private final AnswerFormat format;
    private final AnchorLikelihood likelihood;
    private Optional<List<SampledGroup>> greedyBefore = Optional.empty();

    /** The signals against the references of a policy before training, which are made now. */
    GuardSignals(TrainRecipe recipe, Probe probe, Policy initial) {
        this.recipe = recipe;
        this.probe = probe;
        this.format = recipe.task().answer().toFormat();
        probe.begin(initial);
        this.likelihood = new AnchorLikelihood(initial.anchor(), recipe.task().synthesis().prompt(), probe.initial());
    }

    /** The signals of a policy that has learned so many steps; flips are counted from the policy asked before. */
    Map<String, Double> of(int steps, Policy policy) {
        Map<String, Double> row = new LinkedHashMap<>();
        List<SampledGroup> groups = probe.rollouts(policy, recipe.numGenerations(),
                recipe.task().sampling().toSettings());
        List<SampledGroup> asked = groups.stream().map(group -> group.first(recipe.guard().watch().samples())).toList();
        ProbeScore score = ProbeScore.of(steps, probe.scored(asked)).orElseThrow();
        row.put("steps", (double) steps);
        row.put(Guard.SCORE, score.value());
        row.put("error", score.error());
        row.putAll(AnswerSpread.of(groups, format));
        row.put("flips", flips(policy));
        teacher(groups, row);
        return row;
    }

    private double flips(Policy policy) {
        List<SampledGroup> greedy = probe.rollouts(policy, 1, SamplingSettings.of(0,
                recipe.task().sampling().maxCompletionLength(), List.of()));
        double flips = greedyBefore.map(before -> AnswerFlips.of(before, greedy, format)).orElse(0.0);
        greedyBefore = Optional.of(greedy);
        return flips;
    }

    private void teacher(List<SampledGroup> groups, Map<String, Double> row) {
        List<TaughtGroup> taught = probe.aggregator().teach(groups, STEP);
        List<ScoredGroup> now = probe.yardstick().scoreAll(taught, STEP);
        row.putAll(TeacherDrift.of(taught, probe.set().references(), format));
        row.put("reward", now.stream().flatMap(group -> group.rewards().stream()).flatMapToDouble(reward ->
                reward.value().stream()).average().orElse(0));
        row.put("hacking_gap", HackingGap.of(now, probe.scored(groups)).orElse(0));
        row.put("flat_groups", RewardSpread.without(now));
        row.put("rollout_likelihood", likelihood.of(groups.stream().map(group -> group.first(READ).rollouts().stream()
                .map(Rollout::text).toList()).toList()).orElse(0));
        row.put("reference_likelihood", likelihood.of(taught.stream().map(group ->
                List.of(group.reference().text())).toList()).orElse(0));
    }
}
