package org.catrl.lm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.catrl.generate.Finish;

/**
 * A cache of answers by the SHA-256 of what was asked, kept in a file, so that a run that is taken up again asks
 * nothing twice.
 *
 * <pre>{@code
 * ResponseCache cache = ResponseCache.of(run.resolve("responses.jsonl"));
 * }</pre>
 */
public final class ResponseCache implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, EndpointReply> replies = new HashMap<>();
    private final Writer file;

    private ResponseCache(Writer file) {
        this.file = file;
    }

    /** A cache in memory only. */
    public static ResponseCache inMemory() {
        return new ResponseCache(null);
    }

    /**
     * A cache in a file.
     *
     * @param path a file of JSON lines; made where it is not there. A last line that was cut off is passed over
     */
    public static ResponseCache of(Path path) throws IOException {
        Map<String, EndpointReply> known = new HashMap<>();
        if (Files.exists(path)) {
            for (String line : Files.readAllLines(path)) {
                try {
                    JsonNode row = JSON.readTree(line);
                    known.put(row.path("key").asText(), new EndpointReply(row.path("text").asText(),
                            Finish.valueOf(row.path("finish").asText()), count(row.path("tokens"))));
                } catch (IOException | IllegalArgumentException e) {
                    continue; // written while the machine went down
                }
            }
        }
        ResponseCache cache = new ResponseCache(Files.newBufferedWriter(path, StandardOpenOption.CREATE,
                StandardOpenOption.APPEND));
        cache.replies.putAll(known);
        return cache;
    }

    private static OptionalInt count(JsonNode tokens) {
        return tokens.isInt() ? OptionalInt.of(tokens.intValue()) : OptionalInt.empty();
    }

    /** The answer of before; empty where it was not asked before. */
    synchronized Optional<EndpointReply> get(String request) {
        return Optional.ofNullable(replies.get(key(request)));
    }

    synchronized void put(String request, EndpointReply reply) {
        String key = key(request);
        replies.put(key, reply);
        if (file != null) {
            try {
                ObjectNode row = JSON.createObjectNode().put("key", key).put("text", reply.text())
                        .put("finish", reply.finish().name());
                reply.tokens().ifPresent(tokens -> row.put("tokens", tokens));
                file.write(row + "\n");
                file.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static String key(String request) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                    .digest(request.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
