package org.catrl.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.catrl.compute.BFloat16;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;

/** Writes F32 or BF16 tensors, sorted by name, as one safetensors file that appears whole or not at all. */
final class SafetensorsWriter {
    private static final int WINDOW = 1 << 16;

    /** A tensor to write: its shape and the F32 elements. */
    record Tensor(int[] shape, Elements elements) {
        Tensor(int[] shape, Buffer elements) {
            this(shape, Elements.of(elements));
        }
    }

    private SafetensorsWriter() { }

    /**
     * Writes the file, in its folder, which exists.
     *
     * @param type the type on disk: F32, or BF16 rounded to nearest
     */
    static void write(Path file, SortedMap<String, Tensor> tensors, DType type) throws IOException {
        write(file, tensors, type, new TreeMap<>());
    }

    /**
     * Writes the file with strings in its header.
     *
     * @param metadata strings beside the format, which is "pt"
     */
    static void write(Path file, SortedMap<String, Tensor> tensors, DType type, SortedMap<String, String> metadata)
            throws IOException {
        Path unfinished = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            // not createTempFile, whose files nobody but their owner may read
            try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE_NEW)) {
                writeFully(channel, header(tensors, type, metadata));
                for (Tensor tensor : tensors.values()) {
                    write(channel, tensor.elements(), type);
                }
                channel.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) { // a disk that is full is told without the file
            throw (IOException) new FileSystemException(file.toString(), null, e.getMessage()).initCause(e);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    /** The header, its length and JSON, padded with spaces so that the data starts at a multiple of 8. */
    private static ByteBuffer header(SortedMap<String, Tensor> tensors, DType type,
                                     SortedMap<String, String> metadata) throws IOException {
        ObjectNode json = ConfigFile.JSON.createObjectNode();
        metadata.forEach(json.putObject("__metadata__").put("format", "pt")::put);
        long offset = 0;
        for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
            ObjectNode entry = json.putObject(tensor.getKey()).put("dtype", type.name());
            Arrays.stream(tensor.getValue().shape()).forEach(entry.putArray("shape")::add);
            long end = offset + type.bytes() * tensor.getValue().elements().length();
            entry.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] text = ConfigFile.JSON.writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(text, (text.length + 7) / 8 * 8);
        Arrays.fill(padded, text.length, padded.length, (byte) ' ');
        return ByteBuffer.allocate(8 + padded.length).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(padded.length).put(padded).flip();
    }

    private static void write(FileChannel channel, Elements elements, DType type) throws IOException {
        float[] values = new float[WINDOW];
        ByteBuffer bytes = ByteBuffer.allocateDirect(4 * WINDOW).order(ByteOrder.LITTLE_ENDIAN);
        for (long done = 0; done < elements.length(); done += WINDOW) {
            int count = (int) Math.min(WINDOW, elements.length() - done);
            elements.read(done, values, 0, count);
            bytes.clear().limit(type.bytes() * count);
            put(bytes, values, count, type);
            writeFully(channel, bytes);
        }
    }

    private static void put(ByteBuffer bytes, float[] values, int count, DType type) {
        if (type == DType.F32) {
            bytes.asFloatBuffer().put(values, 0, count);
            return;
        }
        ShortBuffer rounded = bytes.asShortBuffer();
        for (int i = 0; i < count; i++) {
            rounded.put(BFloat16.bits(values[i]));
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
