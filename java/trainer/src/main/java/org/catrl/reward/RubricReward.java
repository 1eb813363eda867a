package org.catrl.reward;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.catrl.flow.CheckedRubric.OfReference;
import org.catrl.flow.CheckedRubric;
import org.catrl.flow.Criterion;
import org.catrl.flow.Evidence;
import org.catrl.flow.Reward;
import org.catrl.flow.Rollout;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.flow.Verdict;
import org.catrl.generate.DrawKey.Purpose;
import org.catrl.generate.DrawKey;
import org.catrl.lm.Pending;

/**
 * Compute as Teacher where no program can check an answer: for every reference a rubric is written, once, and a judge
 * says of each rollout and each criterion whether it is met. The reward is points met over positive points, of the
 * criteria that have a verdict; with all points 1 their mean. A rollout without any verdict has no reward.
 *
 * <p>A rubric must hold for the text that it was made from: criteria that the reference fails are left out, and so are
 * those that ask what another one asks, and those behind the most that are judged. A rubric with too few criteria left
 * gives no reward to its group.
 */
public final class RubricReward implements RewardDeriver {
    private final RubricSource source;
    private final Judge judge;
    private final RubricSettings settings;

    /**
     * A reward by rubrics.
     *
     * @param source   where rubrics come from: a {@link RubricWriter}, or what the data holds
     * @param judge    the judge of each criterion
     * @param settings when a rubric is used and what the judge sees
     */
    public RubricReward(RubricSource source, Judge judge, RubricSettings settings) {
        this.source = source;
        this.judge = judge;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "rubric";
    }

    @Override
    public Pending<ScoredGroup> score(TaughtGroup taught, int step) {
        Grading grading = new Grading(taught, step);
        return source.rubric(taught, step).flatMap(grading::check).flatMap(grading::grade);
    }

    @Override
    public Map<String, Double> metrics(List<ScoredGroup> scored) {
        return RubricMetrics.of(scored);
    }

    @Override
    public void check(List<ScoredGroup> scored, int step) {
        JudgeMetrics.check(RubricMetrics.verdicts(scored), settings.failureLimit(), step);
    }

    /** One group on its way to its rewards; its questions are numbered as they are asked. */
    private final class Grading {
        private final TaughtGroup taught;
        private final DrawKey key;
        private int asked;

        Grading(TaughtGroup taught, int step) {
            this.taught = taught;
            this.key = new DrawKey(step, taught.group().prompt().id(), 0, Purpose.VERDICT);
        }

        /** Leaves out what asks the same as another criterion, and what the reference itself fails. */
        Pending<CheckedRubric> check(Rubric written) {
            Rubric.Distinct distinct = written.distinct(settings.most());
            return (settings.checkReference()
                    ? verdicts(distinct.criteria(), RubricWriter.unified(taught.reference().text()))
                    : Pending.of(List.<Verdict>of())).map(verdicts -> checked(written, distinct, verdicts));
        }

        private CheckedRubric checked(Rubric written, Rubric.Distinct distinct, List<Verdict> verdicts) {
            List<OfReference> asked = IntStream.range(0, verdicts.size())
                    .mapToObj(i -> new OfReference(distinct.criteria().get(i), verdicts.get(i))).toList();
            List<Criterion> kept = asked.isEmpty() ? distinct.criteria()
                    : asked.stream().filter(each -> !each.isFailed()).map(OfReference::criterion).toList();
            return new CheckedRubric(kept, written.criteria().size(), distinct.duplicates(), distinct.dropped(), asked,
                    written.raw());
        }

        Pending<ScoredGroup> grade(CheckedRubric rubric) {
            if (!usable(rubric.criteria())) {
                Reward none = Reward.noVerdict(new Evidence.UnusableRubric(rubric, settings.fewest()));
                return Pending.of(new ScoredGroup(taught, Collections.nCopies(taught.group().rollouts().size(), none)));
            }
            return Pending.all(taught.group().rollouts().stream().map(rollout -> reward(rubric, rollout)).toList())
                    .map(rewards -> new ScoredGroup(taught, rewards));
        }

        private boolean usable(List<Criterion> criteria) {
            return criteria.size() >= settings.fewest()
                    && criteria.stream().anyMatch(criterion -> criterion.points() > 0);
        }

        private Pending<Reward> reward(CheckedRubric rubric, Rollout rollout) {
            return verdicts(rubric.criteria(), rollout.text()).map(verdicts -> RubricReward.reward(rubric, verdicts));
        }

        private Pending<List<Verdict>> verdicts(List<Criterion> criteria, String response) {
            Optional<String> context = Optional.of(taught.group().prompt().text())
                    .filter(text -> settings.withQuestion());
            return Pending.all(criteria.stream().map(criterion -> judge.judge(new Judge.Question(key.numbered(asked++),
                    context, response, criterion.text()))).toList());
        }
    }

    private static Reward reward(CheckedRubric rubric, List<Verdict> verdicts) {
        Evidence evidence = new Evidence.ByRubric(rubric, verdicts);
        return RubricScore.ofVerdicts(rubric.criteria(), verdicts.stream().map(Verdict::met).toList()).stream()
                .mapToObj(score -> Reward.of(score, evidence)).findFirst().orElseGet(() -> Reward.noVerdict(evidence));
    }
}
