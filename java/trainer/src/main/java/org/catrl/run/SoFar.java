package org.catrl.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a run has come to so far: its evaluations, the metrics of the last step, and how long the steps took. */
final class SoFar implements StatePart {
    private final Map<String, Measured> measured = new LinkedHashMap<>();
    private Map<String, Double> metrics = Map.of();
    private double before;
    private long start = System.nanoTime();

    @Override
    public String name() {
        return "so_far";
    }

    /** The steps begin: time counts from now. */
    void begin() {
        start = System.nanoTime();
    }

    void measured(String name, Measured found) {
        measured.put(name, found);
    }

    boolean isMeasured(String name) {
        return measured.containsKey(name);
    }

    /** The evaluations by their names, in order. */
    Map<String, Measured> measured() {
        return measured;
    }

    void metrics(Map<String, Double> ofLastStep) {
        metrics = ofLastStep;
    }

    Map<String, Double> metrics() {
        return metrics;
    }

    /** The seconds of all processes that worked on the run's steps. */
    double seconds() {
        return before + (System.nanoTime() - start) / 1e9;
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode().put("seconds", seconds());
        ObjectNode last = state.putObject("metrics");
        metrics.forEach(last::put);
        state.set("measured", MeasuredJson.write(measured));
        return state;
    }

    @Override
    public void restore(JsonNode state) throws IOException {
        before = state.path("seconds").asDouble();
        Map<String, Double> last = new LinkedHashMap<>();
        state.path("metrics").properties().forEach(metric -> last.put(metric.getKey(),
                metric.getValue().asDouble()));
        metrics = last;
        measured.putAll(MeasuredJson.read(state.path("measured")));
    }
}
