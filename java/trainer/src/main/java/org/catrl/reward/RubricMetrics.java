package org.catrl.reward;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.catrl.flow.CheckedRubric;
import org.catrl.flow.Evidence;
import org.catrl.flow.Reward;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.Verdict;

/** The {@code rubric/*} and {@code judge/*} metrics of a step, made from the evidence of its groups. */
final class RubricMetrics {
    private RubricMetrics() { }

    /**
     * A group that a rubric was made for.
     *
     * @param graded the verdicts on each rollout; empty where the rubric was not used
     */
    private record Graded(CheckedRubric rubric, List<Evidence.ByRubric> graded) {
        static Optional<Graded> of(ScoredGroup group) {
            List<Evidence> evidence = group.rewards().stream().map(Reward::evidence).toList();
            List<Evidence.ByRubric> graded = evidence.stream().filter(Evidence.ByRubric.class::isInstance)
                    .map(Evidence.ByRubric.class::cast).toList();
            return graded.isEmpty() ? evidence.stream().filter(Evidence.UnusableRubric.class::isInstance).findFirst()
                    .map(unusable -> new Graded(((Evidence.UnusableRubric) unusable).rubric(), graded))
                    : Optional.of(new Graded(graded.get(0).rubric(), graded));
        }

        boolean usable() {
            return !graded.isEmpty();
        }

        /** Criteria that all rollouts meet, or none does: they separate nobody. */
        long uninformative() {
            return IntStream.range(0, rubric.criteria().size()).filter(i -> different(i) < 2).count();
        }

        /** Verdicts on a criterion that differ. */
        private long different(int criterion) {
            return graded.stream().flatMap(rollout -> rollout.verdicts().get(criterion).met().stream()).distinct()
                    .count();
        }

        Stream<Verdict> onRollouts() {
            return graded.stream().flatMap(rollout -> rollout.verdicts().stream());
        }
    }

    private static List<Graded> graded(List<ScoredGroup> scored) {
        return scored.stream().flatMap(group -> Graded.of(group).stream()).toList();
    }

    /** All verdicts of the judge, on references and on rollouts. */
    static List<Verdict> verdicts(List<ScoredGroup> scored) {
        return graded(scored).stream().flatMap(group -> Stream.concat(
                group.rubric.ofReference().stream().map(CheckedRubric.OfReference::verdict), group.onRollouts()))
                .toList();
    }

    /**
     * {@code size}: criteria of a rubric that is used. {@code yes_rate}: share of the verdicts on rollouts.
     * {@code uninformative}: share of the criteria. {@code duplicates}, {@code dropped} (behind max_criteria),
     * {@code failed_by_reference}: criteria left out. {@code unusable}: rubrics that are not used.
     */
    static Map<String, Double> of(List<ScoredGroup> scored) {
        List<Graded> all = graded(scored);
        List<Graded> usable = all.stream().filter(Graded::usable).toList();
        List<Boolean> met = usable.stream().flatMap(Graded::onRollouts).flatMap(verdict -> verdict.met().stream())
                .toList();
        double criteria = usable.stream().mapToInt(group -> group.rubric.criteria().size()).sum();
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("rubric/size", share(criteria, usable.size()));
        metrics.put("rubric/yes_rate", share(met.stream().filter(yes -> yes).count(), met.size()));
        metrics.put("rubric/uninformative", share(usable.stream().mapToLong(Graded::uninformative).sum(), criteria));
        metrics.put("rubric/duplicates", all.stream().mapToDouble(group -> group.rubric.duplicates()).sum());
        metrics.put("rubric/dropped", all.stream().mapToDouble(group -> group.rubric.dropped()).sum());
        metrics.put("rubric/failed_by_reference", all.stream().mapToDouble(group -> group.rubric.failed().size())
                .sum());
        metrics.put("rubric/unusable", (double) (all.size() - usable.size()));
        metrics.putAll(JudgeMetrics.of(verdicts(scored)));
        return metrics;
    }

    private static double share(double part, double whole) {
        return whole == 0 ? 0 : part / whole;
    }
}
