package org.catrl.lm;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.catrl.text.Utf8;

/**
 * The marks between two of which a prompt shows a text that is not to be obeyed. A mark is made of the text and a
 * secret of the run (HMAC-SHA256), so no text can hold its own, whoever wrote it; under one secret the same text always
 * has the same mark, so equal prompts are one.
 *
 * <pre>{@code
 * FenceMark marks = new FenceMark(FenceMark.randomSecret());
 * String prompt = "Judge what stands between the marks " + marks.of(text) + ".\n"
 *         + FenceMark.fence(marks.of(text), text);
 * }</pre>
 */
public final class FenceMark {
    /** The fewest characters of a secret. */
    public static final int SHORTEST = 8;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int MARK_BYTES = 8;
    private static final int SECRET_LETTERS = 32;
    private static final int LETTERS = 26;

    private final SecretKeySpec key;

    /**
     * The marks of one run.
     *
     * @param secret at least {@link #SHORTEST} characters that no model has seen
     */
    public FenceMark(String secret) {
        if (secret.length() < SHORTEST) {
            throw new IllegalArgumentException("the secret of the marks has " + secret.length()
                    + " characters; it must have at least " + SHORTEST);
        }
        this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /** A secret that nobody can guess: 32 letters. */
    public static String randomSecret() {
        return new SecureRandom().ints(SECRET_LETTERS, 0, LETTERS)
                .collect(StringBuilder::new, (letters, i) -> letters.append((char) ('a' + i)), StringBuilder::append)
                .toString();
    }

    /** The mark of a text: 16 hexadecimal digits. */
    public String of(String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(Utf8.wellFormed(text).getBytes(StandardCharsets.UTF_8)), 0,
                    MARK_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is part of every Java", e);
        }
    }

    /** A text between two lines of a mark. */
    public static String fence(String mark, String text) {
        return "[" + mark + "]\n" + ShownText.inert(text) + "\n[/" + mark + "]";
    }
}
