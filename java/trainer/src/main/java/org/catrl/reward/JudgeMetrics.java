package org.catrl.reward;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.catrl.flow.Usage;
import org.catrl.flow.Verdict;

/** The {@code judge/*} metrics of a step, made from its verdicts. */
final class JudgeMetrics {
    private JudgeMetrics() { }

    /** The number of calls, the share of failures and, where a network was asked, latencies in seconds and retries. */
    static Map<String, Double> of(List<Verdict> verdicts) {
        Usage usage = verdicts.stream().map(Verdict::usage).reduce(Usage.NONE, Usage::plus);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("judge/calls", (double) usage.calls());
        metrics.put("judge/failures", failures(verdicts));
        if (!usage.seconds().isEmpty()) {
            double[] sorted = usage.seconds().stream().mapToDouble(Double::doubleValue).sorted().toArray();
            metrics.put("judge/latency_p50", sorted[sorted.length / 2]);
            metrics.put("judge/latency_p95",
                    sorted[(int) Math.min(sorted.length - 1, Math.floor(0.95 * sorted.length))]);
            metrics.put("judge/retries", (double) usage.retries());
        }
        return metrics;
    }

    /** The share of the questions without a verdict; 0 where nothing was asked. */
    private static double failures(List<Verdict> verdicts) {
        return verdicts.stream().mapToDouble(verdict -> verdict.met().isPresent() ? 0 : 1).average().orElse(0);
    }

    /**
     * Refuses a step whose judge gave too few verdicts.
     *
     * @param limit share of questions without a verdict above which a step is not learned from
     * @throws JudgeFailureException when more have none, with the share and the limit
     */
    static void check(List<Verdict> verdicts, double limit, int step) {
        double failures = failures(verdicts);
        if (failures > limit) {
            throw new JudgeFailureException(String.format(Locale.ROOT, "step %d: the judge gave no verdict on "
                    + "%.0f%% of what it was asked, the limit (failure_limit) is %.0f%%; look at its replies in "
                    + "groups.jsonl, at its endpoint, or at its prompt", step, 100 * failures, 100 * limit));
        }
    }
}
