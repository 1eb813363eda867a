package org.catrl.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.catrl.aggregate.Ballot;
import org.catrl.flow.TaughtGroup;
import org.catrl.text.AnswerFormat;

/** The {@code cat/*} metrics of a step: how groups and their references stand to each other, without any label. */
public final class AggregationMetrics {
    /**
     * A group's ballot beside its reference.
     *
     * @param answer that of the reference, when it has one
     */
    private record Row(Ballot ballot, Optional<String> answer) {
        /** The reference's answer among the rollouts' candidates; empty also when no rollout gave it. */
        Optional<String> candidate() {
            return answer.flatMap(ballot::candidate);
        }
    }

    private AggregationMetrics() { }

    /**
     * The metrics. {@code abstained}: share of groups without a reference. {@code parse_failures}: share of rollouts
     * without an answer. {@code majority_ratio}: mean share of a group's most frequent answer.
     * {@code majority_disagreement}: share of references that are not the majority's answer; {@code outside_rollouts}:
     * that no rollout gave. {@code teacher_student_gap}: mean share of rollouts that differ from their reference.
     * {@code answer_entropy} (in nats) and {@code distinct_answers}: means over groups.
     */
    public static Map<String, Double> of(List<TaughtGroup> groups, AnswerFormat format) {
        return of(groups, groups.stream().map(group -> Ballot.of(group.group(), format)).toList());
    }

    /** The same of ballots that were held already, one a group. */
    static Map<String, Double> of(List<TaughtGroup> groups, List<Ballot> ballots) {
        List<Row> all = IntStream.range(0, groups.size())
                .mapToObj(i -> new Row(ballots.get(i), groups.get(i).reference().answer())).toList();
        List<Row> taught = all.stream().filter(row -> row.answer.isPresent()).toList();
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("cat/abstained", groups.stream()
                .mapToDouble(group -> group.reference().abstained().isPresent() ? 1 : 0).average().orElse(0));
        metrics.put("cat/parse_failures", mean(all, row -> share(row.ballot.unparsed(), row.ballot)));
        metrics.put("cat/majority_ratio", mean(all, row -> row.ballot.winner().map(row.ballot::share).orElse(0.0)));
        metrics.put("cat/majority_disagreement", mean(taught,
                row -> row.candidate().isPresent() && row.ballot.winner().equals(row.candidate()) ? 0 : 1));
        metrics.put("cat/outside_rollouts", mean(taught,
                row -> row.candidate().isPresent() ? 0 : 1));
        metrics.put("cat/teacher_student_gap",
                mean(taught, row -> 1 - row.candidate().map(row.ballot::share).orElse(0.0)));
        metrics.put("cat/answer_entropy", mean(all, row -> row.ballot.entropy()));
        metrics.put("cat/distinct_answers", mean(all, row -> row.ballot.votes().size()));
        return metrics;
    }

    private static double share(int rollouts, Ballot ballot) {
        return rollouts / (double) ballot.choices().size();
    }

    private static double mean(List<Row> rows, ToDoubleFunction<Row> value) {
        return rows.stream().mapToDouble(value).average().orElse(0);
    }
}
