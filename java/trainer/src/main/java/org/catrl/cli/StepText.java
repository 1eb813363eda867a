package org.catrl.cli;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The metrics of a step that matter while it runs, in one line. */
final class StepText {
    private static final String GIVEN_UP = "answers/";
    private static final String NO_VERDICT = "judge/no_verdict/";

    private StepText() { }

    /** The line of a step of Compute as Teacher. */
    static String ofTraining(Map<String, Double> metrics) {
        Double reward = metrics.get("reward");
        String line = String.format(Locale.ROOT,
                "reward %s  agree %.2f  entropy %.3f  clip %.4f  grad %.2f  %.0f tok/s",
                reward == null || reward.isNaN() ? "-" : String.format(Locale.ROOT, "%.3f", reward),
                metrics.get("cat/majority_ratio"), metrics.get("entropy"), metrics.get("clip_ratio/region_mean"),
                metrics.get("grad_norm"), metrics.get("perf/tokens_per_second"));
        Double probe = metrics.get("eval_label_accuracy");
        return line + (probe == null ? "" : String.format(Locale.ROOT, "  probe %.3f", probe)) + givenUp(metrics)
                + failures(metrics);
    }

    /** The answers that were given up on; nothing where there are none. */
    private static String givenUp(Map<String, Double> metrics) {
        double all = metrics.entrySet().stream().filter(metric -> metric.getKey().startsWith(GIVEN_UP))
                .mapToDouble(Map.Entry::getValue).sum();
        return all == 0 ? "" : String.format(Locale.ROOT, "  %.0f answers given up", all);
    }

    /** The questions that the judge gave no verdict on, by kind of failure; nothing where there are none. */
    private static String failures(Map<String, Double> metrics) {
        String kinds = metrics.entrySet().stream().filter(metric -> metric.getKey().startsWith(NO_VERDICT))
                .map(metric -> String.format(Locale.ROOT, "%.0f %s", metric.getValue(),
                        metric.getKey().substring(NO_VERDICT.length()))).collect(Collectors.joining(", "));
        return kinds.isEmpty() ? "" : "  no verdict: " + kinds;
    }

    /** The line of a step of supervised training. */
    static String ofSft(Map<String, Double> metrics) {
        return String.format(Locale.ROOT, "loss %.4f  lr %.2e", metrics.get("loss"), metrics.get("learning_rate"));
    }
}
