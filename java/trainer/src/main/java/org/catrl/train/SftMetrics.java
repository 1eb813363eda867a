package org.catrl.train;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one supervised step did.
 *
 * @param loss         the mean over the batch's completion tokens of -log pi, in nats
 * @param gradNorm     the global norm before clipping
 * @param learningRate that of the step
 * @param tokens       prompt and completion tokens of the batch
 * @param seconds      how long the step took
 */
public record SftMetrics(double loss, double gradNorm, double learningRate, long tokens, double seconds) {
    /** The metrics under the names that are logged. */
    public Map<String, Double> named() {
        Map<String, Double> named = new LinkedHashMap<>();
        named.put("loss", loss);
        named.put("grad_norm", gradNorm);
        named.put("learning_rate", learningRate);
        named.put("step_time", seconds);
        named.put("perf/tokens_per_second", tokens / seconds);
        return named;
    }
}
