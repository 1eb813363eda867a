package org.catrl.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.catrl.compute.Buffer;

/** The SHA-256 of F32 values in a backend's memory. */
final class FloatDigest {
    private static final int WINDOW = 1 << 16;

    private FloatDigest() { }

    /** The digest of the values, little-endian, in lower-case hexadecimal. */
    static String sha256(Buffer values) {
        MessageDigest digest = digest();
        float[] window = new float[WINDOW];
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * WINDOW).order(ByteOrder.LITTLE_ENDIAN);
        for (long done = 0; done < values.length(); done += WINDOW) {
            int count = (int) Math.min(WINDOW, values.length() - done);
            values.read(done, window, 0, count);
            bytes.clear().limit(Float.BYTES * count);
            bytes.asFloatBuffer().put(window, 0, count);
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime must have SHA-256", e);
        }
    }
}
