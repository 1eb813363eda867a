package org.catrl.reward;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.catrl.flow.FailureKind;
import org.catrl.flow.Verdict;
import org.catrl.text.Excerpt;

/** The {@code judge/*} metrics of a step, made from its verdicts. */
final class JudgeMetrics {
    private JudgeMetrics() { }

    /**
     * The number of calls, the share of failures and their number by kind, where there are any, and, where a network
     * was asked, latencies in seconds and retries.
     */
    static Map<String, Double> of(List<Verdict> verdicts) {
        double[] seconds = verdicts.stream().flatMap(verdict -> verdict.usage().seconds().stream())
                .mapToDouble(Double::doubleValue).sorted().toArray();
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("judge/calls", (double) verdicts.stream().mapToLong(verdict -> verdict.usage().calls()).sum());
        metrics.put("judge/failures", failures(verdicts));
        byKind(verdicts).forEach((kind, failed) ->
                metrics.put("judge/no_verdict/" + kind.spelled(), (double) failed.size()));
        if (seconds.length > 0) {
            metrics.put("judge/latency_p50", seconds[seconds.length / 2]);
            metrics.put("judge/latency_p95",
                    seconds[(int) Math.min(seconds.length - 1, Math.floor(0.95 * seconds.length))]);
            metrics.put("judge/retries",
                    (double) verdicts.stream().mapToLong(verdict -> verdict.usage().retries()).sum());
        }
        return metrics;
    }

    /** The share of the questions without a verdict; 0 where nothing was asked. */
    private static double failures(List<Verdict> verdicts) {
        return verdicts.stream().mapToDouble(verdict -> verdict.met().isPresent() ? 0 : 1).average().orElse(0);
    }

    private static Map<FailureKind, List<Verdict>> byKind(List<Verdict> verdicts) {
        Map<FailureKind, List<Verdict>> kinds = new EnumMap<>(FailureKind.class);
        verdicts.forEach(verdict -> verdict.failure()
                .ifPresent(kind -> kinds.computeIfAbsent(kind, none -> new ArrayList<>()).add(verdict)));
        return kinds;
    }

    /**
     * Refuses a step whose judge gave too few verdicts.
     *
     * @param limit share of questions without a verdict above which a step is not learned from
     * @throws JudgeFailureException when more have none, with the share, the limit and the last failure of each kind
     */
    static void check(List<Verdict> verdicts, double limit, int step) {
        double failures = failures(verdicts);
        if (failures > limit) {
            throw new JudgeFailureException(step, String.format(Locale.ROOT, "%s: the judge gave no verdict on "
                    + "%.0f%% of what it was asked, the limit (failure_limit) is %.0f%%: %s. Look at %sits endpoint, "
                    + "or at its prompt", step < 0 ? "evaluation" : "step " + step, 100 * failures, 100 * limit,
                    causes(verdicts), step < 0 ? "" : "all it was asked (catrl explain), at "), List.of());
        }
    }

    /** Every kind of failure with its number and its last case, the most frequent first. */
    static String causes(List<Verdict> verdicts) {
        return byKind(verdicts).entrySet().stream()
                .sorted(Comparator.comparing(kind -> -kind.getValue().size()))
                .map(kind -> kind.getValue().size() + " " + kind.getKey().spelled() + " ("
                        + Excerpt.of(last(kind.getValue()).reply()) + ")").collect(Collectors.joining(", "));
    }

    private static Verdict last(List<Verdict> failed) {
        return failed.get(failed.size() - 1);
    }
}
