package org.catrl.cli;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The metrics of a step that matter while it runs, in one line. */
final class StepText {
    private static final String PROBE = "eval_label_accuracy";
    private static final String GIVEN_UP = "answers/";
    private static final String NO_VERDICT = "judge/no_verdict/";

    private StepText() { }

    /**
     * The line of a step of Compute as Teacher.
     *
     * @param judgeError the judge's last error in this step; empty where there was none
     */
    static String ofTraining(Map<String, Double> metrics, String judgeError) {
        return "reward " + figure("%.3f", metrics.get("reward"))
                + "  agree " + figure("%.2f", metrics.get("cat/majority_ratio"))
                + "  entropy " + figure("%.3f", metrics.get("entropy"))
                + "  clip " + figure("%.4f", metrics.get("clip_ratio/region_mean"))
                + "  grad " + figure("%.2f", metrics.get("grad_norm"))
                + "  " + figure("%.0f", metrics.get("perf/tokens_per_second")) + " tok/s"
                + (metrics.containsKey(PROBE) ? "  probe " + figure("%.3f", metrics.get(PROBE)) : "")
                + givenUp(metrics) + failures(metrics) + (judgeError.isEmpty() ? "" : " (last: " + judgeError + ")");
    }

    /** A figure; "-" where a step without rewards, say, has none. */
    private static String figure(String format, Double value) {
        return value == null || value.isNaN() ? "-" : String.format(Locale.ROOT, format, value);
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
