package org.catrl.train;

import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;

/** The {@code completions/*} metrics of a step, in tokens. */
final class CompletionMetrics {
    private CompletionMetrics() { }

    static Map<String, Double> of(List<SampledGroup> groups) {
        List<Rollout> rollouts = groups.stream().flatMap(group -> group.rollouts().stream()).toList();
        DoubleSummaryStatistics lengths = rollouts.stream()
                .mapToDouble(rollout -> rollout.completion().ids().length).summaryStatistics();
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("completions/mean_length", lengths.getAverage());
        metrics.put("completions/min_length", lengths.getMin());
        metrics.put("completions/max_length", lengths.getMax());
        metrics.put("completions/clipped_ratio",
                rollouts.stream().filter(Rollout::truncated).count() / (double) rollouts.size());
        return metrics;
    }

    static long tokens(List<SampledGroup> groups) {
        return groups.stream().flatMap(group -> group.rollouts().stream())
                .mapToLong(rollout -> rollout.completion().ids().length).sum();
    }
}
