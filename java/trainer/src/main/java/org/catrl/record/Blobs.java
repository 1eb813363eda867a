package org.catrl.record;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Token ids and log-probabilities as they are stored: 4 bytes each, little-endian, deflated. Every bit comes back. */
final class Blobs {
    /** The first of what nothing compresses to less than a thousandth of: a stored blob that claims more is damaged. */
    private static final int MOST_RATIO = 1100;

    private Blobs() { }

    /** The bytes of token ids; null of null. */
    static byte[] of(int[] values) {
        if (values == null) {
            return null;
        }
        ByteBuffer bytes = buffer(values.length);
        bytes.asIntBuffer().put(values);
        return deflated(bytes.array());
    }

    /** The bytes of log-probabilities; null of null. */
    static byte[] of(float[] values) {
        if (values == null) {
            return null;
        }
        ByteBuffer bytes = buffer(values.length);
        for (int i = 0; i < values.length; i++) {
            bytes.putInt(4 * i, Float.floatToRawIntBits(values[i]));
        }
        return deflated(bytes.array());
    }

    /** The token ids; null of null. */
    static int[] ints(byte[] blob) throws DataFormatException {
        if (blob == null) {
            return null;
        }
        ByteBuffer bytes = inflated(blob);
        int[] values = new int[bytes.capacity() / 4];
        bytes.asIntBuffer().get(values);
        return values;
    }

    /** The log-probabilities; null of null. */
    static float[] floats(byte[] blob) throws DataFormatException {
        int[] bits = ints(blob);
        if (bits == null) {
            return null;
        }
        float[] values = new float[bits.length];
        for (int i = 0; i < bits.length; i++) {
            values[i] = Float.intBitsToFloat(bits[i]);
        }
        return values;
    }

    private static ByteBuffer buffer(int values) {
        return ByteBuffer.allocate(4 * values).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            deflater.setInput(bytes);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] piece = new byte[8192];
            while (!deflater.finished()) {
                out.write(piece, 0, deflater.deflate(piece));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static ByteBuffer inflated(byte[] blob) throws DataFormatException {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(blob);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] piece = new byte[8192];
            while (!inflater.finished()) {
                int read = inflater.inflate(piece);
                if (read == 0 && !inflater.finished() || out.size() > (long) MOST_RATIO * blob.length) {
                    throw new DataFormatException("it is cut off or no deflated data");
                }
                out.write(piece, 0, read);
            }
            return ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        } finally {
            inflater.end();
        }
    }
}
