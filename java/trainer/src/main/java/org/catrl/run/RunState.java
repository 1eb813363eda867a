package org.catrl.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.catrl.compute.Backend;
import org.catrl.record.Checkpoints;
import org.catrl.record.RecordException;

/**
 * What a checkpoint knows of its run beside what learns: {@code state.json}.
 *
 * @param kind    "train" or "sft"
 * @param step    the steps that are done
 * @param backend the name of the backend that did the last of them
 * @param device  that one's description
 * @param origin  what the run began with
 * @param parts   the states of the run's parts, by their names
 */
record RunState(String kind, int step, String backend, String device, Origin origin, Map<String, JsonNode> parts) {
    static final String FILE = "state.json";
    private static final ObjectMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** The state after some steps. */
    static RunState of(String kind, int step, Backend backend, Origin origin, List<StatePart> parts) {
        Map<String, JsonNode> states = new LinkedHashMap<>();
        parts.forEach(part -> states.put(part.name(), part.state()));
        return new RunState(kind, step, backend.name(), backend.description(), origin, states);
    }

    /** The text of the file. */
    String json() {
        ObjectNode root = JSON.createObjectNode().put("format", Checkpoints.FORMAT)
                .put("version", RunFacts.version()).put("kind", kind).put("step", step).put("backend", backend)
                .put("device", device);
        origin.sha256().forEach(root.putObject("sha256")::put);
        root.putObject("parts").setAll(parts);
        try {
            return JSON.writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a state that is no JSON", e);
        }
    }

    /**
     * The state in a checkpoint.
     *
     * @param kind that of the run that goes on
     * @throws RecordException naming the file, when it is not there or not of this form
     */
    static RunState read(Path checkpoint, String kind) {
        Path file = checkpoint.resolve(FILE);
        try {
            JsonNode root = JSON.readTree(Files.readString(file));
            if (!root.path("kind").asText().equals(kind)) {
                throw new RecordException(file + ": is of a run of catrl " + root.path("kind").asText() + ", not of "
                        + "catrl " + kind, null);
            }
            Map<String, String> sha256 = new LinkedHashMap<>();
            root.path("sha256").properties().forEach(hash -> sha256.put(hash.getKey(), hash.getValue().asText()));
            Map<String, JsonNode> parts = new LinkedHashMap<>();
            root.path("parts").properties().forEach(part -> parts.put(part.getKey(), part.getValue()));
            return new RunState(kind, root.path("step").asInt(), root.path("backend").asText(),
                    root.path("device").asText(), new Origin(sha256), parts);
        } catch (IOException e) {
            throw new RecordException(file + ": cannot be read: " + RecordException.reason(e), e);
        }
    }

    /**
     * Gives every part its state; one that the run had no state of, because it was off, begins as new.
     *
     * @throws RecordException naming the file and the part, when a state is not of its form
     */
    void restore(List<StatePart> all, Path checkpoint) {
        for (StatePart part : all) {
            if (parts.containsKey(part.name())) {
                try {
                    part.restore(parts.get(part.name()));
                } catch (IOException e) {
                    throw new RecordException(checkpoint.resolve(FILE) + ": parts." + part.name() + ": "
                            + e.getMessage(), e);
                }
            }
        }
    }
}
