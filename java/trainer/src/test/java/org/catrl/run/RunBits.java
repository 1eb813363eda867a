package org.catrl.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.catrl.record.RecordDigest;

/** What two runs of one recipe and seed must have in common to the bit, however often one of them was interrupted. */
final class RunBits {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** The metrics that tell of time and of the process. */
    private static final Pattern OF_TIME = Pattern.compile(
            "timing_s/.*|step_time|perf/.*|memory/.*|judge/latency_.*|seconds");

    private RunBits() { }

    /** By file: SHA-256 of the trained model's, and the tables of the record without times. */
    static Map<String, Object> of(Path run) throws IOException {
        Map<String, Object> bits = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(run.resolve("model"))) {
            for (Path file : files.sorted().toList()) {
                bits.put("model/" + file.getFileName(), sha256(file));
            }
        }
        bits.put("record", RecordDigest.of(run));
        bits.put("summary", timeless(JSON.readTree(run.resolve("summary.json").toFile())));
        return bits;
    }

    private static JsonNode timeless(JsonNode row) {
        List<String> names = new ArrayList<>();
        row.fieldNames().forEachRemaining(names::add);
        names.stream().filter(name -> OF_TIME.matcher(name).matches()).forEach(((ObjectNode) row)::remove);
        return row;
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
