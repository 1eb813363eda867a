package org.catrl.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.LongConsumer;
import org.catrl.compute.Buffer;

/**
 * A safetensors file, checked when opened, its tensors read window by window. (Not mapped: a mapped file that somebody
 * shortens kills the process.)
 */
public final class SafetensorsFile implements AutoCloseable {
    /** The number of elements read at a time. */
    private static final int WINDOW = 1 << 20;

    private final Path file;
    private final FileChannel channel;
    private final SafetensorsHeader header;
    private final long dataBegin;

    private SafetensorsFile(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        long length = headerLength();
        this.dataBegin = 8 + length;
        ByteBuffer json = ByteBuffer.allocate((int) length);
        fill(json, 8);
        this.header = SafetensorsHeader.parse(file, json, channel.size() - dataBegin);
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws ModelFormatException when it is missing or malformed, saying how
     */
    public static SafetensorsFile open(Path file) throws IOException {
        FileChannel channel = ConfigFile.FILES.open(file);
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
        fill(first, 0);
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

    /** The file's path as it was given. */
    public Path path() {
        return file;
    }

    /** The tensors by name, in the header's order. */
    Map<String, SafetensorsHeader.Entry> tensors() {
        return header.tensors();
    }

    /** The strings of the header's __metadata__; empty where it has none. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /** Whether a tensor has the type, the shape and the bytes of another file's. */
    boolean holdsTheSame(String name, SafetensorsFile other, String otherName) throws IOException {
        SafetensorsHeader.Entry entry = header.tensors().get(name);
        SafetensorsHeader.Entry otherEntry = other.header.tensors().get(otherName);
        if (entry.type() != otherEntry.type() || !Arrays.equals(entry.shape(), otherEntry.shape())) {
            return false;
        }
        ByteBuffer[] windows = {ByteBuffer.allocate(WINDOW), ByteBuffer.allocate(WINDOW)};
        for (long done = 0; done < entry.length(); done += WINDOW) {
            int count = (int) Math.min(WINDOW, entry.length() - done);
            fill(windows[0].clear().limit(count), dataBegin + entry.begin() + done);
            other.fill(windows[1].clear().limit(count), other.dataBegin + otherEntry.begin() + done);
            if (!windows[0].equals(windows[1])) {
                return false;
            }
        }
        return true;
    }

    /** Writes a tensor's elements, as F32, to the whole of {@code into}. */
    void read(String name, Buffer into) throws IOException {
        read(name, into, bytes -> { }, false);
    }

    /**
     * Writes a tensor's elements, as F32, to the whole of {@code into}, and refuses those that are not finite.
     *
     * @param progress hears of every window, how many bytes of the file it was
     * @throws ModelFormatException when an element is not finite
     */
    void readFinite(String name, Buffer into, LongConsumer progress) throws IOException {
        read(name, into, progress, true);
    }

    private void read(String name, Buffer into, LongConsumer progress, boolean finite) throws IOException {
        SafetensorsHeader.Entry entry = header.tensors().get(name);
        int width = entry.type().bits() / 8;
        int most = (int) Math.min(WINDOW, into.length());
        float[] converted = new float[entry.type() == TensorType.F32 ? 0 : most];
        ByteBuffer bytes = ByteBuffer.allocateDirect(most * width).order(ByteOrder.LITTLE_ENDIAN);
        for (long done = 0; done < into.length(); done += WINDOW) {
            int count = (int) Math.min(WINDOW, into.length() - done);
            fill(bytes.clear().limit(count * width), dataBegin + entry.begin() + done * width);
            FloatBuffer floats = floats(name, entry.type(), bytes, converted);
            if (finite) {
                requireFinite(name, floats, done);
            }
            into.write(done, floats);
            progress.accept((long) count * width);
        }
    }

    /** Reads up to the limit of {@code bytes}, and leaves it ready to be read. */
    private void fill(ByteBuffer bytes, long begin) throws IOException {
        for (long position = begin; bytes.hasRemaining();) {
            int read = channel.read(bytes, position);
            if (read < 0) {
                throw new ModelFormatException(file, "became shorter while it was read");
            }
            position += read;
        }
        bytes.flip();
    }

    private void requireFinite(String name, FloatBuffer floats, long first) throws ModelFormatException {
        for (int i = 0; i < floats.remaining(); i++) {
            if (!Float.isFinite(floats.get(floats.position() + i))) {
                throw new ModelFormatException(file, "tensor '" + name + "' holds " + floats.get(floats.position() + i)
                        + " at element " + (first + i) + "; weights must be finite");
            }
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

    private static FloatBuffer fromBrainFloat(ShortBuffer bits, float[] floats) {
        int count = bits.remaining();
        for (int i = 0; i < count; i++) {
            floats[i] = Float.intBitsToFloat(bits.get(i) << 16);
        }
        return FloatBuffer.wrap(floats, 0, count);
    }

    private static FloatBuffer fromHalf(ShortBuffer bits, float[] floats) {
        int count = bits.remaining();
        for (int i = 0; i < count; i++) {
            floats[i] = half(bits.get(i));
        }
        return FloatBuffer.wrap(floats, 0, count);
    }

    /** The binary32 of an IEEE 754 binary16: exact, subnormals, infinities and NaN included. */
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
