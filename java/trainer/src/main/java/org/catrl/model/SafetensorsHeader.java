package org.catrl.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON part of a safetensors file, checked as the reference library checks it: the tensors must cover the data
 * exactly, without overlap or gap, and each must have the bytes its type and shape say.
 */
final class SafetensorsHeader {
    /** The longest header that the reference library reads. */
    static final long MAX_BYTES = 100_000_000;
    private static final BigInteger LIMIT = BigInteger.TWO.pow(64);
    private static final String METADATA = "__metadata__";

    /** One tensor: its type, its shape, and its bytes {@code [begin, end)} of the data that follows the header. */
    record Entry(TensorType type, long[] shape, long begin, long end) {
        /** How many bytes the tensor has. */
        long length() {
            return end - begin;
        }

        /** How many elements the tensor has. */
        long elements() {
            return length() * 8 / type.bits();
        }

        @Override
        public String toString() {
            return type + Arrays.toString(shape);
        }
    }

    private final Path file;
    private final Map<String, Entry> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private SafetensorsHeader(Path file) {
        this.file = file;
    }

    /**
     * The header of a file.
     *
     * @param json       the header's bytes
     * @param dataLength bytes of the file after the header
     * @throws ModelFormatException when it is malformed, saying how
     */
    static SafetensorsHeader parse(Path file, ByteBuffer json, long dataLength) throws ModelFormatException {
        SafetensorsHeader header = new SafetensorsHeader(file);
        for (Map.Entry<String, JsonNode> field : header.tree(header.text(json)).properties()) {
            header.field(field.getKey(), field.getValue());
        }
        header.requireCoverage(dataLength);
        return header;
    }

    /** The tensors by name, in the header's order. */
    Map<String, Entry> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    /** The strings of __metadata__, in the header's order. */
    Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    private String text(ByteBuffer json) throws ModelFormatException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(json).toString();
        } catch (CharacterCodingException e) {
            throw new ModelFormatException(file, "the header is not valid UTF-8", e);
        }
    }

    private JsonNode tree(String text) throws ModelFormatException {
        if (!text.stripLeading().startsWith("{")) {
            throw wrong("the header is not a JSON object");
        }
        try {
            return ConfigFile.JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new ModelFormatException(file, "the header is not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    private void field(String name, JsonNode value) throws ModelFormatException {
        requireUnicode(name);
        if (name.equals(METADATA)) {
            metadata(value);
        } else {
            tensors.put(name, entry(name, value));
        }
    }

    private void metadata(JsonNode value) throws ModelFormatException {
        if (!value.isObject() && !value.isNull()) {
            throw wrong(METADATA + " is not an object");
        }
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            if (!field.getValue().isTextual()) {
                throw wrong(METADATA + " '" + field.getKey() + "' is " + field.getValue() + "; it must be a string");
            }
            requireUnicode(field.getKey());
            requireUnicode(field.getValue().textValue());
            metadata.put(field.getKey(), field.getValue().textValue());
        }
    }

    private void requireUnicode(String text) throws ModelFormatException {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw wrong("the header holds a string with half a surrogate pair");
        }
    }

    private Entry entry(String name, JsonNode value) throws ModelFormatException {
        if (!value.isObject() || !value.path("dtype").isTextual()) {
            throw wrong("tensor '" + name + "' has no dtype, shape and data_offsets");
        }
        TensorType type = type(name, value.get("dtype").textValue());
        BigInteger[] shape = unsigned(name, "shape", value.path("shape"));
        BigInteger[] offsets = unsigned(name, "data_offsets", value.path("data_offsets"));
        if (offsets.length != 2) {
            throw wrong("tensor '" + name + "': data_offsets has " + offsets.length + " numbers; it must have 2");
        }
        requireBytes(name, type, shape, offsets[1].subtract(offsets[0]));
        if (offsets[1].bitLength() > 63) {
            throw wrong("tensor '" + name + "': data_offsets end at " + offsets[1] + ", beyond the file");
        }
        return new Entry(type, dimensions(name, shape), offsets[0].longValue(), offsets[1].longValue());
    }

    private TensorType type(String name, String dtype) throws ModelFormatException {
        for (TensorType type : TensorType.values()) {
            if (type.name().equals(dtype)) {
                return type;
            }
        }
        throw wrong("tensor '" + name + "': unknown dtype " + dtype);
    }

    private BigInteger[] unsigned(String name, String key, JsonNode list) throws ModelFormatException {
        if (!list.isArray()) {
            throw wrong("tensor '" + name + "': " + key + " is not a list");
        }
        List<BigInteger> numbers = new ArrayList<>();
        for (JsonNode number : list) {
            if (!number.isIntegralNumber() || number.bigIntegerValue().signum() < 0
                    || number.bigIntegerValue().compareTo(LIMIT) >= 0) {
                throw wrong("tensor '" + name + "': " + key + " holds " + number
                        + "; it must be an integer from 0 that fits 64 bits");
            }
            numbers.add(number.bigIntegerValue());
        }
        return numbers.toArray(new BigInteger[0]);
    }

    private void requireBytes(String name, TensorType type, BigInteger[] shape, BigInteger bytes)
            throws ModelFormatException {
        BigInteger bits = BigInteger.ONE;
        for (BigInteger dimension : shape) {
            bits = bounded(name, bits.multiply(dimension));
        }
        bits = bounded(name, bits.multiply(BigInteger.valueOf(type.bits())));
        if (!bits.equals(bytes.shiftLeft(3))) {
            throw wrong("tensor '" + name + "': " + type + Arrays.toString(shape) + " takes " + bits.shiftRight(3)
                    + " bytes, but data_offsets say " + bytes);
        }
    }

    private BigInteger bounded(String name, BigInteger size) throws ModelFormatException {
        if (size.compareTo(LIMIT) >= 0) {
            throw wrong("tensor '" + name + "': its shape overflows 64 bits");
        }
        return size;
    }

    private long[] dimensions(String name, BigInteger[] shape) throws ModelFormatException {
        try {
            return Arrays.stream(shape).mapToLong(BigInteger::longValueExact).toArray();
        } catch (ArithmeticException e) {
            throw wrong("tensor '" + name + "': shape " + Arrays.toString(shape) + " is too large");
        }
    }

    private void requireCoverage(long dataLength) throws ModelFormatException {
        List<Map.Entry<String, Entry>> inOrder = new ArrayList<>(tensors.entrySet());
        inOrder.sort(Map.Entry.comparingByValue(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end)));
        long end = 0;
        for (Map.Entry<String, Entry> tensor : inOrder) {
            if (tensor.getValue().begin() != end) {
                throw wrong("tensor '" + tensor.getKey() + "' starts at " + tensor.getValue().begin()
                        + ", but the one before it ends at " + end + ": the tensors overlap or leave a gap");
            }
            end = tensor.getValue().end();
        }
        if (end != dataLength) {
            throw wrong("the tensors take " + end + " bytes, but the file has " + dataLength + " after its header"
                    + (end > dataLength ? ": it is truncated" : ""));
        }
    }

    private ModelFormatException wrong(String what) {
        return new ModelFormatException(file, what);
    }
}
