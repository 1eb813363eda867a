package org.catrl.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/** Prints {@link LinearBench}'s JSON ({@code -rf json -rff FILE}) as a table of medians and ratios. */
public final class LinearReport {
    private LinearReport() { }

    public static void main(String[] arguments) throws IOException {
        Map<String, double[]> rows = new TreeMap<>();
        for (JsonNode result : new ObjectMapper().readTree(new File(arguments[0]))) {
            JsonNode params = result.get("params");
            int side = result.get("benchmark").asText().endsWith(".catrl") ? 0 : 1;
            rows.computeIfAbsent(params.get("product").asText() + "|" + params.get("shape").asText(),
                    key -> new double[2])[side] = gigaflops(params.get("shape").asText(), median(result));
        }
        System.out.println("| product | m n k | catrl GFLOP/s | OpenBLAS GFLOP/s | ratio |\n|---|---|---|---|---|");
        rows.forEach((key, rates) -> System.out.printf("| %s | %s | %.0f | %.0f | %.2f |%n", key.split("\\|")[0],
                key.split("\\|")[1], rates[0], rates[1], rates[0] / rates[1]));
    }

    private static double median(JsonNode result) {
        double[] times = StreamSupport.stream(result.at("/primaryMetric/rawData/0").spliterator(), false)
                .mapToDouble(JsonNode::asDouble).sorted().toArray();
        return times[times.length / 2];
    }

    private static double gigaflops(String shape, double microseconds) {
        double product = Arrays.stream(shape.split(" ")).mapToDouble(Double::parseDouble).reduce(2, (a, b) -> a * b);
        return product / microseconds / 1e3;
    }
}
