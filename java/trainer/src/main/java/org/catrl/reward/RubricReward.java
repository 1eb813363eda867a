package org.catrl.reward;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;

/**
 * Compute as Teacher where no program can check an answer: for every reference a rubric is written, once, and a judge
 * says of each rollout and each criterion whether it is met. The reward is points met over positive points, of the
 * criteria that have a verdict; with all points 1 their mean. A rollout without any verdict has no reward.
 *
 * <p>A rubric must hold for the text that it was made from: criteria that the reference fails are left out, and so are
 * those that ask what another one asks. A rubric with too few criteria left gives no reward to its group.
 */
public final class RubricReward implements RewardDeriver {
    private final RubricSource source;
    private final Judge judge;
    private final RubricSettings settings;
    private final Map<String, Double> metrics = new LinkedHashMap<>();

    /** @param source of the rubrics: a {@link RubricWriter}, or what the data holds */
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
    public Map<String, Double> metrics() {
        return metrics;
    }

    @Override
    public List<List<Reward>> score(List<SampledGroup> groups, List<PseudoReference> references, int step) {
        metrics.clear();
        List<Grading> gradings = written(groups, references, step);
        gate(gradings, step);
        grade(gradings, step);
        count(gradings);
        metrics.putAll(judge.metrics());
        JudgeFailureException.check(metrics.get("judge/failures"), settings.failureLimit(), step);
        return gradings.stream().map(Grading::rewards).toList();
    }

    private List<Grading> written(List<SampledGroup> groups, List<PseudoReference> references, int step) {
        List<Rubric> rubrics = source.of(groups, references, step);
        List<Grading> gradings = new ArrayList<>();
        for (int at = 0; at < groups.size(); at++) {
            gradings.add(new Grading(groups.get(at), RubricWriter.unified(references.get(at).text()), rubrics.get(at)));
        }
        return gradings;
    }

    /** One group with its rubric. */
    private final class Grading {
        final SampledGroup group;
        final String reference;
        final Rubric written;
        List<Criterion> criteria;
        int failed;
        /** Per rollout and criterion. */
        final List<List<Judge.Verdict>> verdicts = new ArrayList<>();

        Grading(SampledGroup group, String reference, Rubric written) {
            this.group = group;
            this.reference = reference;
            this.written = written;
            this.criteria = written.distinct().criteria();
        }

        boolean usable() {
            return criteria.size() >= settings.fewest() && criteria.stream().anyMatch(one -> one.points() > 0);
        }

        List<Judge.Question> questions(String response) {
            Optional<String> context = Optional.of(group.prompt().text()).filter(text -> settings.withQuestion());
            return criteria.stream().map(criterion -> new Judge.Question(group.prompt().id(), context, response,
                    criterion.text())).toList();
        }

        /** Criteria that all rollouts meet, or none does: they separate nobody. */
        long uninformative() {
            return IntStream.range(0, criteria.size()).filter(criterion -> verdicts.stream()
                    .map(own -> own.get(criterion).met()).flatMap(Optional::stream).distinct().count() < 2).count();
        }

        List<Reward> rewards() {
            return IntStream.range(0, group.rollouts().size()).mapToObj(rollout -> usable() ? reward(verdicts.get(rollout))
                    : Reward.noVerdict("the rubric has " + criteria.size() + " usable criteria of "
                            + written.criteria().size() + "; it needs " + settings.fewest() + ": " + written.raw()))
                    .toList();
        }

        private Reward reward(List<Judge.Verdict> own) {
            StringBuilder evidence = new StringBuilder();
            for (int i = 0; i < criteria.size(); i++) {
                evidence.append(own.get(i).met().map(yes -> yes ? "yes" : "no").orElse("no verdict")).append(" (")
                        .append(criteria.get(i).points()).append(criteria.get(i).veto() ? ", veto): " : "): ")
                        .append(criteria.get(i).text()).append(" <- ").append(own.get(i).reply().strip()).append('\n');
            }
            return RubricScore.ofVerdicts(criteria, own.stream().map(Judge.Verdict::met).toList()).stream()
                    .mapToObj(score -> Reward.of(score, evidence.toString()))
                    .findFirst().orElseGet(() -> Reward.noVerdict(evidence.toString()));
        }
    }

    /** Leaves out what the reference itself fails. */
    private void gate(List<Grading> gradings, int step) {
        if (!settings.checkReference()) {
            return;
        }
        List<Judge.Question> questions = gradings.stream().flatMap(one -> one.questions(one.reference).stream()).toList();
        var verdicts = (questions.isEmpty() ? List.<Judge.Verdict>of() : judge.judge(questions, step)).iterator();
        for (Grading grading : gradings) {
            List<Criterion> kept = new ArrayList<>();
            for (Criterion criterion : grading.criteria) {
                Optional<Boolean> met = verdicts.next().met();
                if (met.isPresent() && !criterion.isGood(met.get())) {
                    grading.failed++;
                } else {
                    kept.add(criterion);
                }
            }
            grading.criteria = kept;
        }
    }

    private void grade(List<Grading> gradings, int step) {
        List<Grading> usable = gradings.stream().filter(Grading::usable).toList();
        List<Judge.Question> questions = usable.stream().flatMap(one -> one.group.rollouts().stream()
                .flatMap(rollout -> one.questions(rollout.text()).stream())).toList();
        List<Judge.Verdict> verdicts = questions.isEmpty() ? List.of() : judge.judge(questions, step);
        int next = 0;
        for (Grading grading : usable) {
            for (int rollout = 0; rollout < grading.group.rollouts().size(); rollout++) {
                grading.verdicts.add(verdicts.subList(next, next += grading.criteria.size()));
            }
        }
    }

    private void count(List<Grading> gradings) {
        List<Grading> usable = gradings.stream().filter(Grading::usable).toList();
        List<Boolean> all = usable.stream().flatMap(one -> one.verdicts.stream()).flatMap(List::stream)
                .map(Judge.Verdict::met).flatMap(Optional::stream).toList();
        double criteria = usable.stream().mapToInt(one -> one.criteria.size()).sum();
        metrics.put("rubric/size", mean(criteria, usable.size()));
        metrics.put("rubric/yes_rate", mean(all.stream().filter(met -> met).count(), all.size()));
        metrics.put("rubric/uninformative", mean(usable.stream().mapToLong(Grading::uninformative).sum(), criteria));
        metrics.put("rubric/duplicates", gradings.stream().mapToDouble(one -> one.written.criteria().size()
                - one.written.distinct().criteria().size()).sum());
        metrics.put("rubric/failed_by_reference", gradings.stream().mapToDouble(one -> one.failed).sum());
        metrics.put("rubric/unusable", (double) (gradings.size() - usable.size()));
    }

    private static double mean(double sum, double count) {
        return count == 0 ? 0 : sum / count;
    }
}
