package org.catrl.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.reference.ReferenceBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {
        "",
        "{",
        "[]",
        "{} x",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}",
        "{\"a\":{\"dtype\":\"F31\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,0],\"data_offsets\":[0,0]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"__metadata__\":{\"n\":1}}",
        "{}"})
    void refusesAHeaderThatIsWrongOrLies(String header) throws IOException {
        Path file = write(header, new byte[4]);
        String message = assertThrows(ModelFormatException.class, () -> SafetensorsFile.open(file)).getMessage();
        assertTrue(message.startsWith(file.toString()), message);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 bytes", "7, 7 bytes", "20, truncated", "59, truncated", "-1, after its header"})
    void refusesAFileOfAnotherLength(int length, String says) throws IOException {
        byte[] whole = Files.readAllBytes(write("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                new byte[4]));
        Path file = folder.resolve("cut.safetensors");
        Files.write(file, java.util.Arrays.copyOf(whole, length < 0 ? whole.length + 1 : length));
        String message = assertThrows(ModelFormatException.class, () -> SafetensorsFile.open(file)).getMessage();
        assertTrue(message.contains(says), message);
    }

    @Test
    void namesAFileThatIsNotThere() {
        Path file = folder.resolve("absent.safetensors");
        String message = assertThrows(ModelFormatException.class, () -> SafetensorsFile.open(file)).getMessage();
        assertTrue(message.contains("no such file"), message);
    }

    @Test
    void widensHalvesExactly() throws IOException {
        short[] halves = {0x3c00, (short) 0xc100, 0x7c00, (short) 0xfc00, 0x7e00, 0x0001, (short) 0x8000, 0x7bff};
        ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        data.asShortBuffer().put(halves);
        Path file = write("{\"a\":{\"dtype\":\"F16\",\"shape\":[8],\"data_offsets\":[0,16]}}", data.array());
        assertArrayEquals(new float[] {1, -2.5f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN,
            0x1p-24f, -0f, 65504}, floats(file, "a"));
    }

    @Test
    void agreesWithTheReferenceLibrary() throws IOException {
        Path cases = SharedData.file("safetensors/conformance.given.jsonl");
        for (String line : Files.readAllLines(cases)) {
            JsonNode given = JSON.readTree(line);
            Path file = cases.resolveSibling(given.get("file").asText());
            if (!given.get("reference").asText().equals("accept")) {
                assertThrows(ModelFormatException.class, () -> SafetensorsFile.open(file), file.toString());
            } else {
                assertTensors(given, file);
            }
        }
    }

    private static void assertTensors(JsonNode given, Path file) throws IOException {
        try (SafetensorsFile opened = SafetensorsFile.open(file)) {
            assertEquals(given.get("tensors").size(), opened.tensors().size(), file.toString());
            for (JsonNode tensor : given.get("tensors")) {
                String name = tensor.get("name").asText();
                SafetensorsHeader.Entry entry = opened.tensors().get(name);
                assertEquals(tensor.get("dtype").asText(), entry.type().name());
                assertArrayEquals(JSON.convertValue(tensor.get("shape"), long[].class), entry.shape());
                byte[] all = Files.readAllBytes(file);
                int data = 8 + (int) ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong();
                assertEquals(tensor.get("data_hex").asText(), HexFormat.of().formatHex(all,
                        data + (int) entry.begin(), data + (int) entry.end()), name);
            }
        }
    }

    @Test
    void readsBrainFloatsAndHalvesAsTheReferenceLibraryDoes() throws IOException {
        Path file = SharedData.file("safetensors/files.given/bf16_f16_values.safetensors");
        JsonNode expected = JSON.readTree(SharedData.file("safetensors/bf16_f16_expected.json").toFile());
        for (String name : List.of("bf16", "f16")) {
            List<Float> wanted = new ArrayList<>();
            expected.get(name).forEach(value -> wanted.add((float) javaDouble(value.asText())));
            float[] got = floats(file, name);
            for (int i = 0; i < got.length; i++) {
                assertEquals(wanted.get(i), got[i], name + " " + i);
            }
        }
        assertFalse(expected.isEmpty());
    }

    private static double javaDouble(String python) {
        return switch (python) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> Double.parseDouble(python);
        };
    }

    private static float[] floats(Path file, String name) throws IOException {
        try (SafetensorsFile opened = SafetensorsFile.open(file);
                Buffer into = new ReferenceBackend().allocate(DType.F32, opened.tensors().get(name).elements(), "t")) {
            opened.read(name, into);
            return into.floats();
        }
    }

    private Path write(String header, byte[] data) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        Path file = folder.resolve("model.safetensors");
        Files.write(file, ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length).put(text).put(data).array());
        return file;
    }
}
