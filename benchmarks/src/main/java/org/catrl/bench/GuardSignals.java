package org.catrl.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catrl.data.RandomStream;
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
import org.catrl.guard.ProbeSet;
import org.catrl.guard.RewardSpread;
import org.catrl.guard.TeacherDrift;
import org.catrl.recipe.TrainRecipe;
import org.catrl.run.Probe;
import org.catrl.text.AnswerFormat;
import org.catrl.train.Policy;

/** Every signal of a guard, also those that a run does not pay for. */
final class GuardSignals {
    /** A signal that could be followed in place of the score. */
    enum Followed {
        SCORE(Guard.SCORE, 1), TEACHER_AGREEMENT("teacher_agreement", 1), VOTE_AGREEMENT("vote_agreement", 1),
        HACKING_GAP("hacking_gap", -1), REWARD("reward", 1), FLIPS("flips", -1), ANSWER_ENTROPY("answer_entropy", -1),
        DISTINCT_ANSWERS("distinct_answers", -1), UNPARSED("unparsed", -1), LENGTH("length", 1),
        FLAT_GROUPS("flat_groups", 1), ROLLOUT_LIKELIHOOD("rollout_likelihood", 1),
        REFERENCE_LIKELIHOOD("reference_likelihood", 1);

        private final String column;
        private final int sign;

        Followed(String column, int sign) {
            this.column = column;
            this.sign = sign;
        }

        /** The name of its column. */
        String column() {
            return column;
        }

        /** The value of a row, turned so that it falls when something is wrong. */
        double of(Map<String, Double> row) {
            return sign * row.get(column);
        }
    }

    private static final int STEP = -1;
    /** Prompts of the signals that need whole groups and references of them. */
    private static final int GROUPS = 64;
    /** Rollouts of a prompt whose likelihood is taken. */
    private static final int READ = 2;

    private final TrainRecipe recipe;
    private final Probe probe;
    private final AnswerFormat format;
    private final ProbeSet some;
    private final AnchorLikelihood likelihood;
    private Optional<List<SampledGroup>> greedyBefore = Optional.empty();

    /** The signals against the references of a policy before training, which are made now. */
    GuardSignals(TrainRecipe recipe, Probe probe, Policy initial) {
        this.recipe = recipe;
        this.probe = probe;
        this.format = recipe.task().answer().toFormat();
        probe.begin(initial);
        int groups = Math.min(GROUPS, probe.set().prompts().size());
        this.some = new ProbeSet(probe.set().prompts().subList(0, groups), probe.set().references().subList(0, groups));
        this.likelihood = new AnchorLikelihood(initial.anchor(), recipe.task().synthesis().prompt(),
                probe.initial().subList(0, groups));
    }

    /** The score of a policy that has learned so many steps: what a run itself computes. */
    Map<String, Double> score(int steps, Policy policy) {
        Map<String, Double> row = new LinkedHashMap<>();
        ProbeScore score = ProbeScore.of(steps, probe.scored(probe.rollouts(policy))).orElseThrow();
        row.put("steps", (double) steps);
        row.put(Guard.SCORE, score.value());
        row.put("error", score.error());
        return row;
    }

    /** Every signal; flips are counted from the policy that was asked before. */
    Map<String, Double> of(int steps, Policy policy) {
        Map<String, Double> row = score(steps, policy);
        List<SampledGroup> groups = policy.rollouts(RandomStream.PROBE).sample(some.prompts(),
                recipe.numGenerations(), recipe.task().sampling().toSettings(), STEP);
        row.putAll(AnswerSpread.of(groups, format));
        row.put("flips", flips(policy));
        teacher(groups, row);
        return row;
    }

    /** The share of greedy answers that are not those of the policy asked before; 0 at the first. */
    double flips(Policy policy) {
        List<SampledGroup> greedy = probe.rollouts(policy, 1, SamplingSettings.of(0,
                recipe.task().sampling().maxCompletionLength(), List.of()));
        double flips = greedyBefore.map(before -> AnswerFlips.of(before, greedy, format)).orElse(0.0);
        greedyBefore = Optional.of(greedy);
        return flips;
    }

    private void teacher(List<SampledGroup> groups, Map<String, Double> row) {
        List<TaughtGroup> taught = probe.aggregator().teach(groups, STEP);
        List<ScoredGroup> now = probe.yardstick().scoreAll(taught, STEP);
        row.putAll(TeacherDrift.of(taught, some.references(), format));
        row.put("reward", now.stream().flatMap(group -> group.rewards().stream()).flatMapToDouble(reward ->
                reward.value().stream()).average().orElse(0));
        row.put("hacking_gap", HackingGap.of(now, probe.yardstick().scoreAll(some.hold(groups), STEP)).orElse(0));
        row.put("flat_groups", RewardSpread.without(now));
        row.put("rollout_likelihood", likelihood.of(groups.stream().map(group -> group.first(READ).rollouts().stream()
                .map(Rollout::text).toList()).toList()).orElse(0));
        row.put("reference_likelihood", likelihood.of(taught.stream().map(group ->
                List.of(group.reference().text())).toList()).orElse(0));
    }
}
