package org.catrl.record;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** A reader of event files that {@link EventFile} wrote: what step each record is of, and where it ends. */
final class EventReader implements Closeable {
    private static final int LONGEST = 1 << 24;
    private static final int TIME = 1 + Double.BYTES;
    private static final int STEP = 2 << 3;
    /** The first field of a message where it is a text or a message. */
    private static final int FIRST = 1 << 3 | 2;
    private static final int SUMMARY = 5 << 3 | 2;

    private final DataInputStream in;
    private long end;

    /**
     * What a record says.
     *
     * @param step     the step of the event
     * @param firstTag the tag of its first scalar; empty where it has none
     * @param end      bytes of the file up to its end
     */
    record Event(long step, String firstTag, long end) { }

    EventReader(Path file) throws IOException {
        this.in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)));
    }

    /** The next record; empty at the end, and where something follows that is no whole record. */
    Optional<Event> next() throws IOException {
        byte[] header = new byte[Long.BYTES];
        try {
            in.readFully(header);
            long length = little(header).getLong();
            if (length < TIME || length > LONGEST) {
                return Optional.empty();
            }
            byte[] rest = new byte[Integer.BYTES + (int) length + Integer.BYTES];
            in.readFully(rest);
            byte[] payload = Arrays.copyOfRange(rest, Integer.BYTES, rest.length - Integer.BYTES);
            end += header.length + rest.length;
            return isRecord(header, rest, payload) ? Optional.of(event(little(payload).position(TIME)))
                    : Optional.empty();
        } catch (EOFException e) {
            return Optional.empty();
        }
    }

    private static boolean isRecord(byte[] header, byte[] rest, byte[] payload) {
        byte[] record = EventFile.record(payload).array();
        return Arrays.equals(header, 0, Long.BYTES, record, 0, Long.BYTES)
                && Arrays.equals(rest, 0, rest.length, record, Long.BYTES, record.length);
    }

    private Event event(ByteBuffer fields) {
        long step = isNext(fields, STEP) ? varint(fields) : 0;
        return new Event(step, isNext(fields, SUMMARY) ? firstTag(fields) : "", end);
    }

    /** The tag of a summary's first value; empty where it begins otherwise. */
    private static String firstTag(ByteBuffer summary) {
        varint(summary);
        if (isNext(summary, FIRST)) {
            varint(summary);
            long length = isNext(summary, FIRST) ? varint(summary) : 0;
            byte[] tag = new byte[(int) Math.max(0, Math.min(summary.remaining(), length))];
            summary.get(tag);
            return new String(tag, StandardCharsets.UTF_8);
        }
        return "";
    }

    /** Whether a field comes next; if so its key is read. */
    private static boolean isNext(ByteBuffer bytes, int key) {
        boolean next = bytes.hasRemaining() && bytes.get(bytes.position()) == key;
        bytes.position(bytes.position() + (next ? 1 : 0));
        return next;
    }

    private static long varint(ByteBuffer bytes) {
        long value = 0;
        boolean more = bytes.hasRemaining();
        for (int shift = 0; more; shift += 7) {
            byte next = bytes.get();
            value |= (next & 0x7fL) << shift;
            more = next < 0 && bytes.hasRemaining();
        }
        return value;
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
