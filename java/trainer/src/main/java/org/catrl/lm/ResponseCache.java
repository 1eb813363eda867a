package org.catrl.lm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.catrl.generate.Finish;

/**
 * A cache of answers by the SHA-256 of what was asked, kept in a file, so that a run that is taken up again asks
 * nothing twice. A line of the file that holds no answer, because it was cut off, say, or is not UTF-8, is passed over
 * and left where it stands: its question is asked again. Lines are appended whole, so that two processes may write to
 * one file; each knows what stood there when it began. Memory holds the answers that were used last, 32 Mi characters
 * of them; what is not among these is asked again.
 *
 * <pre>{@code
 * ResponseCache cache = ResponseCache.of(run.resolve("responses.jsonl"));
 * }</pre>
 */
public final class ResponseCache implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_LINE = 16 << 20;
    /** The most characters of answers that are kept in memory. */
    private static final int MOST_CHARACTERS = 32 << 20;
    /** What an entry takes beside its text, in characters. */
    private static final int OVERHEAD = 150;

    /** Answers by their keys, the one used last at the end. */
    private final Map<String, EndpointReply> replies = new LinkedHashMap<>(16, 0.75f, true);
    private final Path path;
    /** No channel, which the interruption of a thread would close for all. */
    private final OutputStream file;
    private int damaged;
    private long characters;

    private ResponseCache(Path path, OutputStream file) {
        this.path = path;
        this.file = file;
    }

    /** A cache in memory only. */
    public static ResponseCache inMemory() {
        return new ResponseCache(null, null);
    }

    /**
     * A cache in a file.
     *
     * @param path a file of JSON lines; made where it is not there
     */
    public static ResponseCache of(Path path) throws IOException {
        ResponseCache cache = new ResponseCache(path, new FileOutputStream(path.toFile(), true));
        try {
            if (!cache.read()) {
                cache.file.write('\n'); // what comes next begins a line of its own
            }
            return cache;
        } catch (IOException | RuntimeException e) {
            cache.close();
            throw e;
        }
    }

    /** Reads what the file holds; false where its last line has no end. */
    private boolean read() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long length = 0;
        try (InputStream bytes = new BufferedInputStream(Files.newInputStream(path), 1 << 16)) {
            for (int next = bytes.read(); next >= 0; next = bytes.read()) {
                if (next == '\n') {
                    take(line, length);
                    length = 0;
                } else if (length++ < LONGEST_LINE) {
                    line.write(next);
                }
            }
        }
        boolean whole = length == 0;
        take(line, length);
        return whole;
    }

    private void take(ByteArrayOutputStream line, long length) {
        if (length > 0) {
            Optional<Map.Entry<String, EndpointReply>> row = length > LONGEST_LINE ? Optional.empty() : row(line);
            row.ifPresentOrElse(known -> keep(known.getKey(), known.getValue()), () -> damaged++);
        }
        line.reset();
    }

    private static Optional<Map.Entry<String, EndpointReply>> row(ByteArrayOutputStream line) {
        try {
            JsonNode row = JSON.readTree(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line.toByteArray()))
                    .toString());
            if (!row.path("key").isTextual() || !row.path("text").isTextual()) {
                return Optional.empty();
            }
            return Optional.of(Map.entry(row.path("key").textValue(), new EndpointReply(row.path("text").textValue(),
                    Finish.valueOf(row.path("finish").asText()), count(row.path("tokens")))));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static OptionalInt count(JsonNode tokens) {
        return tokens.isInt() ? OptionalInt.of(tokens.intValue()) : OptionalInt.empty();
    }

    /** The number of lines of the file that hold no answer. */
    public int damagedLines() {
        return damaged;
    }

    /** The answer of before; empty where it was not asked before. */
    synchronized Optional<EndpointReply> get(String request) {
        return Optional.ofNullable(replies.get(key(request)));
    }

    synchronized void put(String request, EndpointReply reply) {
        String key = key(request);
        keep(key, reply);
        if (file != null) {
            ObjectNode row = JSON.createObjectNode().put("key", key).put("text", reply.text())
                    .put("finish", reply.finish().name());
            reply.tokens().ifPresent(tokens -> row.put("tokens", tokens));
            append(row + "\n");
        }
    }

    private void keep(String key, EndpointReply reply) {
        EndpointReply before = replies.put(key, reply);
        characters += size(reply) - (before == null ? 0 : size(before));
        for (var oldest = replies.entrySet().iterator(); characters > MOST_CHARACTERS && oldest.hasNext(); ) {
            characters -= size(oldest.next().getValue());
            oldest.remove();
        }
    }

    private static int size(EndpointReply reply) {
        return reply.text().length() + OVERHEAD;
    }

    private void append(String line) {
        try {
            file.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": an endpoint's answer cannot be kept: " + e.getMessage(), e);
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
