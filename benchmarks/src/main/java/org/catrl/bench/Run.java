package org.catrl.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * One benchmark with one set of parameters, as JMH measured it.
 *
 * @param benchmark class and method, e.g. LinearBench.catrl
 * @param scores    of all iterations of all forks, ascending, never empty; in {@code unit}
 * @param json      everything else JMH wrote about it
 */
record Run(String benchmark, double[] scores, String unit, JsonNode json) {
    /** The runs of a file that JMH wrote with {@code -rf json -rff FILE}. */
    static List<Run> read(Path file) throws IOException {
        JsonNode root = new ObjectMapper().readTree(file.toFile());
        if (!root.isArray() || root.isEmpty()) {
            throw new IOException(file + " holds no results; give a file that JMH wrote with -rf json -rff FILE");
        }
        List<Run> runs = new ArrayList<>();
        for (JsonNode node : root) {
            runs.add(of(file, node));
        }
        return runs;
    }

    private static Run of(Path file, JsonNode node) throws IOException {
        String[] name = node.path("benchmark").asText().split("\\.");
        DoubleStream.Builder scores = DoubleStream.builder();
        node.at("/primaryMetric/rawData").forEach(fork -> fork.forEach(score -> scores.add(score.asDouble())));
        double[] sorted = scores.build().sorted().toArray();
        if (name.length < 2 || sorted.length == 0) {
            throw new IOException(file + ": a result without a benchmark's name or without scores: " + node);
        }
        return new Run(name[name.length - 2] + "." + name[name.length - 1], sorted,
                node.at("/primaryMetric/scoreUnit").asText(), node);
    }

    String parameter(String name) {
        return json.path("params").path(name).asText();
    }

    /** Of an even number of scores the mean of the middle two. */
    double median() {
        return (scores[(scores.length - 1) / 2] + scores[scores.length / 2]) / 2;
    }

    double lowest() {
        return scores[0];
    }

    double highest() {
        return scores[scores.length - 1];
    }

    /** Forks, warm-up and measurement as JMH's own options. */
    String options() {
        return "-f %s -wi %s -w %s -i %s -r %s".formatted(json.path("forks").asText(),
                json.path("warmupIterations").asText(), seconds("warmupTime"),
                json.path("measurementIterations").asText(), seconds("measurementTime"));
    }

    private String seconds(String name) {
        return json.path(name).asText().replace(" ", "");
    }
}
