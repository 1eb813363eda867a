package org.catrl.record;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The names of metrics outside the record, as TRL's users know them: {@code train/} before those of a step,
 * {@code eval/} for what was measured on the probe during the run ({@code eval_...}), {@code test/} for the held-out
 * problems ({@code test_...}), which are other ones and so have a curve of their own.
 */
final class MetricNames {
    private static final String EVAL = "eval_";
    private static final String TEST = "test_";
    private static final String TEST_TAG = "test/";

    private MetricNames() { }

    /** The metrics of an evaluation on held-out problems: test_NAME for eval_NAME. */
    static Map<String, Double> heldOut(Map<String, Double> metrics) {
        Map<String, Double> named = new LinkedHashMap<>();
        metrics.forEach((name, value) -> named.put(TEST + without(EVAL, name), value));
        return named;
    }

    /** Whether a name is of an evaluation on held-out problems. */
    static boolean isHeldOut(String name) {
        return name.startsWith(TEST);
    }

    /** Whether a tag is of an evaluation on held-out problems. */
    static boolean isHeldOutTag(String tag) {
        return tag.startsWith(TEST_TAG);
    }

    /** The same metrics by TensorBoard's tags. */
    static Map<String, Double> tags(Map<String, Double> metrics) {
        Map<String, Double> tags = new LinkedHashMap<>();
        metrics.forEach((name, value) -> tags.put(tag(name), value));
        return tags;
    }

    private static String tag(String name) {
        return name.startsWith(EVAL) ? "eval/" + without(EVAL, name)
                : isHeldOut(name) ? TEST_TAG + without(TEST, name) : "train/" + name;
    }

    private static String without(String prefix, String name) {
        return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }
}
