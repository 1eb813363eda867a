package org.catrl.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.catrl.compute.DType;
import org.catrl.compute.reference.ReferenceBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is wrong with a folder: its own clear error, and nothing half-loaded. */
class MalformedFoldersTest {
    private static final Path GOOD = Path.of("src/test/resources/org/catrl/model/tiny-random-qwen3");
    private static final String INDEX = "model.safetensors.index.json";
    private static final String MODEL = "model.safetensors";

    @TempDir
    private Path temporary;

    private interface Harm {
        void to(Path folder) throws IOException;
    }

    private static Arguments harm(String what, String message, Harm harm) {
        return Arguments.of(what, message, harm);
    }

    static Stream<Arguments> harms() {
        return Stream.of(
                harm("no config", "config.json: there is no such file", folder -> Files.delete(config(folder))),
                harm("config of another kind", "config.json: is not a JSON object", folder -> write(folder, "[1]")),
                harm("config cut short", "config.json: is not valid JSON", folder ->
                        write(folder, "{\"model_type\": ")),
                harm("a key twice", "config.json: is not valid JSON: Duplicate field 'vocab_size'", folder ->
                        replaceInConfig(folder, "\"vocab_size\"", "\"vocab_size\": 3, \"vocab_size\"")),
                harm("config in Latin-1", "config.json: is not valid JSON: Invalid UTF-8", folder ->
                        Files.writeString(config(folder), "{\"model_type\": \"qw\u00e9n\"}",
                                StandardCharsets.ISO_8859_1)),
                harm("unknown family", "model_type is mamba; it must be llama, qwen2, qwen3, gemma3_text or gemma3",
                        folder -> replaceInConfig(folder, "\"qwen3\"", "\"mamba\"")),
                harm("unknown scaling", "rope_type is yarn; it must be default, linear or llama3", folder ->
                        replaceInConfig(folder, "\"rope_scaling\": null",
                                "\"rope_scaling\": {\"rope_type\": \"yarn\"}")),
                harm("absurd width", "hidden_size is 3000000000; it must be a positive integer", folder ->
                        setInConfig(folder, "hidden_size", "3000000000")),
                harm("absurd heads", "head_dim is .*; it must be at most 2147483647", folder ->
                        setInConfig(folder, "head_dim", "2000000000")),
                harm("absurd layers", "num_hidden_layers is 2000000000; it must be at most 10000", folder ->
                        setInConfig(folder, "num_hidden_layers", "2000000000")),
                harm("absurd vocabulary",
                        "rows, but config.json's vocab_size is 2000000000: the vocabularies do not match",
                        folder -> setInConfig(folder, "vocab_size", "2000000000")),
                harm("another vocabulary", "128 rows, but config.json's vocab_size is 127", folder ->
                        setInConfig(folder, "vocab_size", "127")),
                harm("no weights", "model.safetensors: there is no such file", folder -> Files.delete(model(folder))),
                harm("weights cut short", "it is truncated", folder ->
                        Files.write(model(folder), Arrays.copyOf(bytes(folder), bytes(folder).length - 5))),
                harm("a byte too many", "but the file has .* after its header", folder ->
                        Files.write(model(folder), Arrays.copyOf(bytes(folder), bytes(folder).length + 1))),
                harm("an empty file", "has 0 bytes; a safetensors file starts with", folder ->
                        Files.write(model(folder), new byte[0])),
                harm("a header longer than the file", "it is truncated or not a safetensors file", folder ->
                        header(folder, bytes(folder).length)),
                harm("an absurd header", "says its header has 18446744073709551615 bytes, above the limit", folder ->
                        header(folder, -1)),
                harm("a header cut short", "the header is not valid JSON", folder -> header(folder, 40)),
                harm("a header that is no JSON", "the header is not a JSON object", folder -> header(folder, "hello")),
                harm("a header in Latin-1", "the header is not valid UTF-8", folder ->
                        header(folder, "{\"\u00e9\": 1}".getBytes(StandardCharsets.ISO_8859_1))),
                harm("a tensor twice", "Duplicate field 'a'", folder -> header(folder, "{\"a\":"
                        + tensor("F32", "[0]", 0, 0) + ",\"a\":" + tensor("F32", "[0]", 0, 0) + "}")),
                harm("tensors that overlap", "the tensors overlap or leave a gap", folder -> header(folder, "{\"a\":"
                        + tensor("F32", "[2]", 0, 8) + ",\"b\":" + tensor("F32", "[2]", 4, 12) + "}")),
                harm("a gap between tensors", "the tensors overlap or leave a gap", folder -> header(folder, "{\"a\":"
                        + tensor("F32", "[2]", 0, 8) + ",\"b\":" + tensor("F32", "[2]", 12, 20) + "}")),
                harm("a tensor beyond the file", "is truncated", folder -> header(folder, "{\"a\":"
                        + tensor("F32", "[1000000000]", 0, 4_000_000_000L) + "}")),
                harm("an unknown dtype", "tensor 'a': unknown dtype F31", folder ->
                        header(folder, "{\"a\":" + tensor("F31", "[0]", 0, 0) + "}")),
                harm("integers for weights", "is I32; weights must be F32, F16 or BF16", folder ->
                        replaceInHeader(folder, "\"F32\"", "\"I32\"")),
                harm("a shape that overflows", "its shape overflows 64 bits", folder -> header(folder, "{\"a\":"
                        + tensor("F32", "[4294967296, 4294967296, 4294967296]", 0, 4) + "}")),
                harm("a negative shape", "shape holds -1; it must be an integer from 0", folder ->
                        header(folder, "{\"a\":" + tensor("F32", "[-1]", 0, 4) + "}")),
                harm("a weight that is not finite", "holds NaN at element 0; weights must be finite", folder -> {
                    byte[] all = bytes(folder);
                    ByteBuffer data = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
                    data.putFloat((int) (8 + data.getLong(0)), Float.NaN);
                    Files.write(model(folder), all);
                }),
                harm("a folder for weights", "model.safetensors: is not a regular file", folder -> {
                    Files.delete(model(folder));
                    Files.createDirectory(model(folder));
                }),
                harm("a pipe for weights", "model.safetensors: is not a regular file", folder -> {
                    Files.delete(model(folder));
                    pipe(model(folder));
                }),
                harm("a link in a circle", "model.safetensors: cannot be reached", folder -> {
                    Files.delete(model(folder));
                    Files.createSymbolicLink(model(folder), Path.of(MODEL));
                }),
                harm("a link to elsewhere", "model.safetensors: is a link to .*, outside the folder", folder -> {
                    Path elsewhere = folder.resolveSibling("elsewhere");
                    Files.move(model(folder), elsewhere);
                    Files.createSymbolicLink(model(folder), elsewhere);
                }),
                harm("an index that leaves the folder",
                        "in \"../elsewhere.safetensors\"; it must be the name of a file",
                        folder -> sharded(folder, "../elsewhere.safetensors")),
                harm("an index with an absolute path", "in \"/etc/passwd\"; it must be the name of a file", folder ->
                        sharded(folder, "/etc/passwd")),
                harm("an index without a shard", "absent.safetensors: there is no such file", folder ->
                        sharded(folder, "absent.safetensors")),
                harm("an index that forgets a tensor", "holds tensor 'model.norm.weight', which .* does not say",
                        MalformedFoldersTest::forgetTheNorm),
                harm("an index that invents a tensor", "lacks tensor 'model.more.weight'", folder -> {
                    sharded(folder, "one.safetensors");
                    Path index = folder.resolve(INDEX);
                    Files.writeString(index, Files.readString(index).replace("{\"weight_map\":{",
                            "{\"weight_map\":{\"model.more.weight\":\"one.safetensors\","));
                }),
                harm("an index without a map", "has no object weight_map", folder -> {
                    Files.delete(model(folder));
                    Files.writeString(folder.resolve(INDEX), "{}");
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("harms")
    void isNamedAndLeavesNothing(String what, String message, Harm harm) throws IOException {
        Path folder = good(temporary.resolve("model"));
        harm.to(folder);
        try (ReferenceBackend backend = new ReferenceBackend()) {
            ModelFormatException error = assertTimeoutPreemptively(Duration.ofSeconds(20), () ->
                    assertThrows(ModelFormatException.class, () -> Weights.load(backend, folder, "weights")));
            assertTrue(error.getMessage().matches("(?s).*" + message.replace("(", "\\(").replace("[", "\\[") + ".*")
                    || error.getMessage().contains(message), error.getMessage());
            assertTrue(error.getMessage().contains(temporary.toString()), error.getMessage());
            assertEquals(Map.of(), backend.ledger().byOwner());
        }
    }

    @Test
    void theFolderLoadsUnharmedShardedAndOutOfACache() throws IOException {
        Path folder = good(temporary.resolve("model"));
        String digest = digest(folder);
        sharded(folder, "one.safetensors");
        assertEquals(digest, digest(folder));
        Path cached = good(temporary.resolve("hub/snapshots/abc"));
        Path blob = temporary.resolve("hub/blobs/0123");
        Files.createDirectories(blob.getParent());
        Files.move(model(cached), blob);
        Files.createSymbolicLink(model(cached), Path.of("../../blobs/0123"));
        assertEquals(digest, digest(cached));
    }

    private static void forgetTheNorm(Path folder) throws IOException {
        sharded(folder, "one.safetensors");
        Path index = folder.resolve(INDEX);
        Files.writeString(index, Files.readString(index)
                .replaceAll(",?\"model.norm.weight\":\"[^\"]*\"", "")
                .replace("{,", "{"));
    }

    @Test
    void hearsOfEveryByte() throws IOException {
        AtomicLong heard = new AtomicLong();
        AtomicLong announced = new AtomicLong();
        Path folder = good(temporary.resolve("model"));
        try (ReferenceBackend backend = new ReferenceBackend();
                Weights weights = Weights.load(backend, folder, DType.F32, true, "weights", (done, all) -> {
                    assertTrue(done > heard.get());
                    heard.set(done);
                    announced.set(all);
                })) {
            assertEquals(announced.get(), heard.get());
            long size = Files.size(model(folder));
            assertTrue(heard.get() > size / 2 && heard.get() < size, "bytes heard of");
        }
    }

    /** Bytes changed anywhere in the header, or the file cut: an error that says so, or tensors inside the file. */
    @Property(tries = 3000)
    void noHeaderDoesHarm(@ForAll @IntRange(max = 1 << 20) int where, @ForAll byte changed,
                          @ForAll @IntRange(max = 9) int kind) throws IOException {
        byte[] all = Files.readAllBytes(GOOD.resolve(MODEL));
        int length = (int) ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong();
        all[kind == 0 ? where % 8 : 8 + where % length] = changed;
        if (kind == 1) {
            all = Arrays.copyOf(all, where % all.length);
        }
        Path file = Files.createTempFile("fuzz", ".safetensors");
        try {
            Files.write(file, all);
            try (SafetensorsFile opened = SafetensorsFile.open(file)) {
                for (SafetensorsHeader.Entry entry : opened.tensors().values()) {
                    assertTrue(entry.begin() >= 0 && entry.begin() <= entry.end() && entry.end() <= all.length);
                }
            } catch (ModelFormatException expected) {
                assertTrue(expected.getMessage().contains(file.toString()), expected.getMessage());
            }
        } finally {
            Files.delete(file);
        }
    }

    private static String digest(Path folder) throws IOException {
        try (ReferenceBackend backend = new ReferenceBackend(); Weights weights = Weights.load(backend, folder, "w")) {
            return weights.sha256();
        }
    }

    private static Path good(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String name : new String[] {"config.json", MODEL}) {
            Files.copy(GOOD.resolve(name), folder.resolve(name));
        }
        return folder;
    }

    private static Path config(Path folder) {
        return folder.resolve("config.json");
    }

    private static Path model(Path folder) {
        return folder.resolve(MODEL);
    }

    private static byte[] bytes(Path folder) throws IOException {
        return Files.readAllBytes(model(folder));
    }

    private static void write(Path folder, String text) throws IOException {
        Files.writeString(config(folder), text);
    }

    private static void replaceInConfig(Path folder, String what, String replacement) throws IOException {
        String before = Files.readString(config(folder));
        assertTrue(before.contains(what), what);
        write(folder, before.replace(what, replacement));
    }

    private static void setInConfig(Path folder, String key, String value) throws IOException {
        String given = Files.readString(config(folder));
        write(folder, given.replaceAll("\"" + key + "\": *\\d+", "\"" + key + "\": " + value));
    }

    private static String tensor(String type, String shape, long begin, long end) {
        return "{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":[" + begin + "," + end + "]}";
    }

    /** Another header length, the rest as it was. */
    private static void header(Path folder, long length) throws IOException {
        byte[] all = bytes(folder);
        ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        Files.write(model(folder), all);
    }

    private static void header(Path folder, String text) throws IOException {
        header(folder, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Another header, and 12 bytes of data. */
    private static void header(Path folder, byte[] text) throws IOException {
        Files.write(model(folder), ByteBuffer.allocate(8 + text.length + 12).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length).put(text).array());
    }

    private static void replaceInHeader(Path folder, String what, String replacement) throws IOException {
        byte[] all = bytes(folder);
        int length = (int) ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong();
        String header = new String(all, 8, length, StandardCharsets.UTF_8).replace(what, replacement);
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(text, 0, all, 8, length);
        Files.write(model(folder), all);
    }

    /** The weights as one.safetensors, with an index that puts every tensor in {@code named}. */
    private static void sharded(Path folder, String named) throws IOException {
        StringBuilder map = new StringBuilder();
        try (SafetensorsFile file = SafetensorsFile.open(model(folder))) {
            for (String name : file.tensors().keySet()) {
                map.append(map.isEmpty() ? "" : ",").append('"').append(name).append("\":\"").append(named).append('"');
            }
        }
        Files.move(model(folder), folder.resolve("one.safetensors"));
        Files.writeString(folder.resolve(INDEX), "{\"weight_map\":{" + map + "}}");
    }

    private static void pipe(Path file) throws IOException {
        try {
            assumeTrue(new ProcessBuilder("mkfifo", file.toString()).start().waitFor(5, TimeUnit.SECONDS), "no mkfifo");
        } catch (IOException | InterruptedException e) {
            assumeTrue(false, "this system has no mkfifo");
        }
    }
}
