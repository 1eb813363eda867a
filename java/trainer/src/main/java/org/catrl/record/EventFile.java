package org.catrl.record;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.zip.CRC32C;
import org.catrl.text.Utf8;

/**
 * A file of TensorBoard's events. A record is the payload's length (u64), a checksum of that (u32), the payload and its
 * checksum (u32), all little-endian; a payload is an Event of Protocol Buffers. A record is written by one call, so
 * that a process that is killed leaves whole records.
 */
final class EventFile implements Closeable {
    private static final String VERSION = "brain.Event:2";
    private static final int MASK = 0xa282ead8;
    private static final int SESSION_START = 1;

    private final FileChannel channel;

    /**
     * A new file, with the event that says its version.
     *
     * @param time now, in seconds of the epoch
     * @throws java.nio.file.FileAlreadyExistsException when something stands there
     */
    EventFile(Path file, double time) throws IOException {
        this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        append(version(time));
    }

    /** Appends the start of a process: what earlier files say of this step and later ones is dropped by readers. */
    void start(double time, long step) throws IOException {
        append(session(time, step));
    }

    /** Appends scalars of a step, by their tags, in order. */
    void scalars(double time, long step, Map<String, Double> values) throws IOException {
        append(summary(time, step, values));
    }

    private void append(ProtobufMessage event) throws IOException {
        ByteBuffer record = record(event.bytes());
        while (record.hasRemaining()) {
            channel.write(record);
        }
    }

    /** {@code Event {wall_time = 1, file_version = 3}}. */
    static ProtobufMessage version(double time) {
        return new ProtobufMessage().real(1, time).text(3, VERSION);
    }

    /** {@code Event {wall_time = 1, step = 2, session_log = 7 {status = 1}}}. */
    private static ProtobufMessage session(double time, long step) {
        return new ProtobufMessage().real(1, time).integer(2, step)
                .message(7, new ProtobufMessage().integer(1, SESSION_START));
    }

    /** {@code Event {wall_time = 1, step = 2, summary = 5 {value = 1 {tag = 1, simple_value = 2}}}}. */
    static ProtobufMessage summary(double time, long step, Map<String, Double> values) {
        ProtobufMessage summary = new ProtobufMessage();
        values.forEach((tag, value) -> summary.message(1, new ProtobufMessage().text(1, Utf8.wellFormed(tag))
                .single(2, value.floatValue())));
        ProtobufMessage event = new ProtobufMessage().real(1, time);
        return (step == 0 ? event : event.integer(2, step)).message(5, summary);
    }

    /** The record that holds a payload. */
    static ByteBuffer record(byte[] payload) {
        ByteBuffer record = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + payload.length + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN).putLong(payload.length);
        record.putInt(checksum(record.array(), Long.BYTES));
        return record.put(payload).putInt(checksum(payload, payload.length)).flip();
    }

    /** The masked CRC-32C of the first bytes: rotated right by 15 bits, and a constant added. */
    static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
