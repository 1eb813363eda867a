package org.catrl.model;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.catrl.compute.Buffer;

/** A safetensors file, checked when opened, its tensors memory-mapped when read. */
public final class SafetensorsFile implements AutoCloseable {
    /** Elements mapped (or converted) at a time. */
    private static final int WINDOW = 1 << 20;

    private final Path file;
    private final FileChannel channel;
    private final SafetensorsHeader header;
    private final long dataFrom;

    private SafetensorsFile(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        long length = headerLength();
        this.dataFrom = 8 + length;
        ByteBuffer json = channel.map(FileChannel.MapMode.READ_ONLY, 8, length);
        this.header = SafetensorsHeader.parse(file, json, channel.size() - dataFrom);
    }

    /** @throws ModelFormatException when the file is missing or malformed, saying how */
    public static SafetensorsFile open(Path file) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw new ModelFormatException(file, "there is no such file", e);
        }
        try {
            return new SafetensorsFile(file, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private long headerLength() throws IOException {
        if (channel.size() < 8) {
            throw new ModelFormatException(file, "has " + channel.size() + " bytes; a safetensors file starts with "
                    + "8 bytes of header length");
        }
        ByteBuffer first = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        while (first.hasRemaining()) {
            if (channel.read(first) < 0) {
                throw new EOFException(file.toString());
            }
        }
        long length = first.getLong(0);
        if (Long.compareUnsigned(length, SafetensorsHeader.MAX_BYTES) > 0) {
            throw new ModelFormatException(file, "says its header has " + Long.toUnsignedString(length)
                    + " bytes, above the limit of " + SafetensorsHeader.MAX_BYTES);
        }
        if (length > channel.size() - 8) {
            throw new ModelFormatException(file, "says its header has " + length + " bytes, but the file has "
                    + channel.size() + ": it is truncated or not a safetensors file");
        }
        return length;
    }

    public Path path() {
        return file;
    }

    /** Tensors by name, in the header's order. */
    Map<String, SafetensorsHeader.Entry> tensors() {
        return header.tensors();
    }

    public Map<String, String> metadata() {
        return header.metadata();
    }

    /** A tensor's bytes as they are stored, at most 2 GB. */
    ByteBuffer bytes(String name) throws IOException {
        SafetensorsHeader.Entry entry = header.tensors().get(name);
        return map(entry.from(), entry.to() - entry.from());
    }

    /** Writes a tensor's elements, as F32, to the whole of {@code into}. */
    void read(String name, Buffer into) throws IOException {
        SafetensorsHeader.Entry entry = header.tensors().get(name);
        int width = entry.type().bits() / 8;
        float[] converted = new float[entry.type() == TensorType.F32 ? 0 : (int) Math.min(WINDOW, into.length())];
        for (long done = 0; done < into.length(); done += WINDOW) {
            int count = (int) Math.min(WINDOW, into.length() - done);
            ByteBuffer bytes = map(entry.from() + done * width, (long) count * width);
            into.write(done, floats(name, entry.type(), bytes, converted));
        }
    }

    private FloatBuffer floats(String name, TensorType type, ByteBuffer bytes, float[] converted)
            throws ModelFormatException {
        return switch (type) {
            case F32 -> bytes.asFloatBuffer();
            case BF16 -> fromBrainFloat(bytes.asShortBuffer(), converted);
            case F16 -> fromHalf(bytes.asShortBuffer(), converted);
            default -> throw new ModelFormatException(file, "tensor '" + name + "' is " + type
                    + "; weights must be F32, F16 or BF16");
        };
    }

    private ByteBuffer map(long from, long bytes) throws IOException {
        return channel.map(FileChannel.MapMode.READ_ONLY, dataFrom + from, bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static FloatBuffer fromBrainFloat(ShortBuffer from, float[] to) {
        int count = from.remaining();
        for (int i = 0; i < count; i++) {
            to[i] = Float.intBitsToFloat(from.get(i) << 16);
        }
        return FloatBuffer.wrap(to, 0, count);
    }

    private static FloatBuffer fromHalf(ShortBuffer from, float[] to) {
        int count = from.remaining();
        for (int i = 0; i < count; i++) {
            to[i] = half(from.get(i));
        }
        return FloatBuffer.wrap(to, 0, count);
    }

    /** IEEE 754 binary16 to binary32: exact, subnormals, infinities and NaN included. */
    static float half(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int wide = exponent == 0x1f ? 0xff : exponent + 112;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
