package org.catrl.run;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.catrl.flow.CheckedRubric;
import org.catrl.flow.Criterion;
import org.catrl.flow.Evidence;
import org.catrl.flow.Reward;
import org.catrl.flow.Verdict;
import org.catrl.record.GroupRecord;

/** The evidence of a group's rewards as the record keeps it: criteria once a group, verdicts and parts by rollout. */
final class RecordedEvidence {
    private static final String RUBRIC = "rubric";
    private static final String JUDGE = "judge";
    private static final String EQUIVALENT = "It is equivalent in meaning to the reference.";

    private final List<GroupRecord.Criterion> criteria = new ArrayList<>();
    /** The place of a rubric's first criterion. */
    private final Map<CheckedRubric, Integer> rubrics = new IdentityHashMap<>();
    private CheckedRubric first;
    /** The place of the one question of a judge without rubric; -1 before it is met. */
    private int judged = -1;

    private RecordedEvidence() { }

    /** The evidence of a group's rewards, in order. */
    static RecordedEvidence of(List<Reward> rewards) {
        RecordedEvidence all = new RecordedEvidence();
        rewards.forEach(reward -> terms(reward).forEach(term -> all.meet(term.name(), term.reward().evidence())));
        return all;
    }

    /** The terms of a reward; of one that is no sum, itself. */
    private static Stream<Evidence.Weighted.Part> terms(Reward reward) {
        return reward.evidence() instanceof Evidence.Weighted sum ? sum.parts().stream()
                : Stream.of(new Evidence.Weighted.Part("", 1, reward));
    }

    private void meet(String name, Evidence evidence) {
        if (evidence instanceof Evidence.ByRubric graded) {
            meet(name, graded.rubric());
        } else if (evidence instanceof Evidence.UnusableRubric unusable) {
            meet(name, unusable.rubric());
        } else if (evidence instanceof Evidence.Judged && judged < 0) {
            judged = criteria.size();
            criteria.add(new GroupRecord.Criterion(named(name, JUDGE), EQUIVALENT, 1, false, true, null, null));
        }
    }

    private void meet(String name, CheckedRubric rubric) {
        if (rubrics.putIfAbsent(rubric, criteria.size()) == null) {
            first = first == null ? rubric : first;
            rubric.criteria().forEach(criterion -> add(named(name, RUBRIC), criterion, true, rubric));
            rubric.failed().forEach(criterion -> add(named(name, RUBRIC), criterion, false, rubric));
        }
    }

    private static String named(String name, String otherwise) {
        return name.isEmpty() ? otherwise : name;
    }

    private void add(String part, Criterion criterion, boolean used, CheckedRubric rubric) {
        Optional<Verdict> verdict = rubric.ofReference().stream().filter(asked -> asked.criterion() == criterion)
                .map(CheckedRubric.OfReference::verdict).findFirst();
        criteria.add(new GroupRecord.Criterion(part, criterion.text(), criterion.points(), criterion.veto(), used,
                verdict.flatMap(Verdict::met).orElse(null), verdict.map(Verdict::reply).orElse(null)));
    }

    /** All that verdicts are about. */
    List<GroupRecord.Criterion> criteria() {
        return criteria;
    }

    /** How the first rubric came about; empty where there is none. */
    Optional<GroupRecord.Rubric> rubric() {
        return Optional.ofNullable(first).map(rubric -> new GroupRecord.Rubric(rubric.raw(), rubric.written(),
                rubric.duplicates(), rubric.dropped(), rubric.failed().size()));
    }

    /** The terms of a weighted sum; none of any other reward. */
    List<GroupRecord.Part> parts(Reward reward) {
        return reward.evidence() instanceof Evidence.Weighted sum ? sum.parts().stream()
                .map(part -> new GroupRecord.Part(part.name(), part.weight(),
                        RecordedGroups.orNull(part.reward().value()), part.reward().evidence().text())).toList()
                : List.of();
    }

    /** The verdicts that a reward rests on. */
    List<GroupRecord.Verdict> verdicts(Reward reward) {
        return terms(reward).map(term -> term.reward().evidence()).flatMap(this::verdicts).toList();
    }

    private Stream<GroupRecord.Verdict> verdicts(Evidence evidence) {
        if (evidence instanceof Evidence.ByRubric graded) {
            int start = rubrics.get(graded.rubric());
            return IntStream.range(0, graded.verdicts().size())
                    .mapToObj(i -> verdict(start + i, graded.verdicts().get(i)));
        }
        return evidence instanceof Evidence.Judged one ? Stream.of(verdict(judged, one.verdict())) : Stream.empty();
    }

    private static GroupRecord.Verdict verdict(int criterion, Verdict verdict) {
        List<Double> seconds = verdict.usage().seconds();
        return new GroupRecord.Verdict(criterion, verdict.met().orElse(null), verdict.reply(),
                verdict.failure().map(kind -> kind.spelled()).orElse(null), verdict.usage().calls(),
                seconds.isEmpty() ? null : seconds.stream().mapToDouble(Double::doubleValue).sum());
    }
}
