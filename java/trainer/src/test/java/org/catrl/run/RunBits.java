package org.catrl.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.catrl.record.RecordDigest;
import org.catrl.text.Sha256;

/** What two runs of one recipe and seed must have in common to the bit, however often one of them was interrupted. */
final class RunBits {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RunBits() { }

    /** By file: SHA-256 of the trained model's, and the lines of the record without times. */
    static Map<String, Object> of(Path run) throws IOException {
        Map<String, Object> bits = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(run.resolve("model"))) {
            for (Path file : files.sorted().toList()) {
                bits.put("model/" + file.getFileName(), sha256(file));
            }
        }
        bits.put("record", RecordDigest.of(run));
        ObjectNode summary = (ObjectNode) JSON.readTree(run.resolve("summary.json").toFile());
        summary.remove("seconds");
        bits.put("summary", summary);
        return bits;
    }

    private static String sha256(Path file) throws IOException {
        return Sha256.of(Files.readAllBytes(file));
    }
}
