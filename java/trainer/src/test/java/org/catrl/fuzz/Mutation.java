package org.catrl.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes to a file: bytes flipped, cut, put in; values of its JSON replaced, keys dropped and doubled. */
final class Mutation {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** What a value becomes: JSON, or the beginning of none. */
    private static final List<String> VALUES = List.of("null", "true", "false", "0", "1", "-1", "0.5", "1e308", "1e400",
            "-1e308", "2147483647", "2147483648", "9223372036854775807", "18446744073709551616", "1e-320", "\"\"",
            "\"x\"",
            "\"\\u0000\"", "\"\\ud800\"", "\"../../etc/passwd\"", "\"(a+)+$\"", "\"" + "a".repeat(5000) + "\"",
            "[]", "{}",
            "[[[[[[]]]]]]", "{\"a\": {\"b\": []}}", "[1, \"a\", null]", "100000000", "64", "3");

    private Mutation() { }

    /** A file changed in one to three places. */
    static byte[] of(byte[] file, Random random) {
        byte[] mutated = file;
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            mutated = random.nextInt(3) == 0 ? bytes(mutated, random) : json(mutated, random);
        }
        return mutated;
    }

    /** A safetensors file whose header is changed, or any byte of it. */
    static byte[] ofTensors(byte[] file, Random random) {
        if (random.nextInt(4) == 0) {
            return bytes(file, random);
        }
        int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        byte[] header = of(Arrays.copyOfRange(file, 8, 8 + length), random);
        return ByteBuffer.allocate(file.length - length + header.length).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length).put(header).put(file, 8 + length, file.length - 8 - length).array();
    }

    private static byte[] bytes(byte[] file, Random random) {
        if (file.length == 0) {
            return file;
        }
        byte[] mutated = file.clone();
        int at = random.nextInt(file.length);
        switch (random.nextInt(4)) {
            case 0 -> mutated[at] = (byte) random.nextInt();
            case 1 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> mutated = Arrays.copyOf(mutated, at);
            default -> mutated = ByteBuffer.allocate(file.length + 8).put(file, 0, at).putLong(random.nextLong())
                    .put(file, at, file.length - at).array();
        }
        return mutated;
    }

    private static byte[] json(byte[] file, Random random) {
        try {
            JsonNode tree = JSON.readTree(file);
            List<ContainerNode<?>> containers = new ArrayList<>();
            collect(tree, containers);
            if (containers.isEmpty()) {
                return bytes(file, random);
            }
            ContainerNode<?> chosen = containers.get(random.nextInt(containers.size()));
            JsonNode value = value(random, containers);
            if (chosen instanceof ArrayNode array) {
                change(array, value, random);
            } else {
                change((ObjectNode) chosen, value, random);
            }
            return tree.toString().getBytes(StandardCharsets.UTF_8);
        } catch (IOException | StackOverflowError e) {
            return bytes(file, random);
        }
    }

    /** One of the extreme values, or a part of the file itself. */
    private static JsonNode value(Random random, List<ContainerNode<?>> containers) throws JsonProcessingException {
        return random.nextInt(5) == 0 ? containers.get(random.nextInt(containers.size())).deepCopy()
                : JSON.readTree(VALUES.get(random.nextInt(VALUES.size())));
    }

    /** The objects and lists of a tree; of long lists, the first of their elements. */
    private static void collect(JsonNode node, List<ContainerNode<?>> all) {
        if (node instanceof ContainerNode<?> container && !container.isEmpty()) {
            all.add(container);
            int left = 60;
            for (JsonNode inner : container) {
                if (left-- > 0) {
                    collect(inner, all);
                }
            }
        }
    }

    private static void change(ArrayNode array, JsonNode value, Random random) {
        int at = random.nextInt(array.size());
        switch (random.nextInt(3)) {
            case 0 -> array.remove(at);
            case 1 -> array.insert(at, value);
            default -> array.set(at, value);
        }
    }

    private static void change(ObjectNode object, JsonNode value, Random random) {
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        String key = keys.get(random.nextInt(keys.size()));
        switch (random.nextInt(5)) {
            case 0 -> object.remove(key);
            case 1 -> object.set(key + "x", object.remove(key));
            default -> object.set(key, value);
        }
    }
}
