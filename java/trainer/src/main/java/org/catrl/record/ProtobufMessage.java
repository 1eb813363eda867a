package org.catrl.record;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a Protocol Buffers message, one field after the other. A field is a varint of its number and kind, then
 * its value; what has a length is preceded by it.
 */
final class ProtobufMessage {
    private static final int VARINT = 0;
    private static final int EIGHT_BYTES = 1;
    private static final int LENGTH = 2;
    private static final int FOUR_BYTES = 5;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Adds an int64 or an enum's number. */
    ProtobufMessage integer(int field, long value) {
        key(field, VARINT);
        varint(value);
        return this;
    }

    /** Adds a double. */
    ProtobufMessage real(int field, double value) {
        key(field, EIGHT_BYTES);
        bytes.writeBytes(ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN).putDouble(value).array());
        return this;
    }

    /** Adds a float. */
    ProtobufMessage single(int field, float value) {
        key(field, FOUR_BYTES);
        bytes.writeBytes(ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
        return this;
    }

    /** Adds a string, which must be well-formed. */
    ProtobufMessage text(int field, String value) {
        return sized(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a message. */
    ProtobufMessage message(int field, ProtobufMessage value) {
        return sized(field, value.bytes());
    }

    private ProtobufMessage sized(int field, byte[] value) {
        key(field, LENGTH);
        varint(value.length);
        bytes.writeBytes(value);
        return this;
    }

    private void key(int field, int kind) {
        varint((long) field << 3 | kind);
    }

    /** Seven bits a byte, the lowest first; the eighth says that more follow. */
    private void varint(long value) {
        long left = value;
        for (; (left & ~0x7fL) != 0; left >>>= 7) {
            bytes.write((int) (left & 0x7f | 0x80));
        }
        bytes.write((int) left);
    }

    /** The message so far. */
    byte[] bytes() {
        return bytes.toByteArray();
    }
}
