package org.catrl.text;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of texts and bytes, in lower case. */
public final class Sha256 {
    private Sha256() { }

    /** The hash of a text's UTF-8 form. */
    public static String of(String text) {
        return of(Utf8.wellFormed(text).getBytes(StandardCharsets.UTF_8));
    }

    /** The hash of bytes. */
    public static String of(byte[] bytes) {
        return text(digest().digest(bytes));
    }

    /** A hash that is made piece by piece. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The text of a hash. */
    public static String text(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
