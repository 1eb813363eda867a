package org.catrl.lm;

import java.util.Optional;
import java.util.OptionalInt;
import org.catrl.setting.SettingException;

/**
 * The key of an endpoint. It goes into the request's header and nowhere else: no message, record or {@link #toString}
 * holds it.
 *
 * <pre>{@code
 * ApiKey key = ApiKey.of("the environment variable JUDGE_KEY", System.getenv("JUDGE_KEY"));
 * }</pre>
 */
public final class ApiKey {
    /** The key of an endpoint that asks for none. */
    public static final ApiKey NONE = new ApiKey("");
    /** What stands where a text held the key. */
    private static final String HIDDEN = "[key]";
    /** Shorter keys are placeholders such as "x", and would be found in any text. */
    private static final int SHORTEST_SECRET = 4;

    private final String value;

    private ApiKey(String value) {
        this.value = value;
    }

    /**
     * A key that can be sent.
     *
     * @param place where it stands, for messages
     * @param value white space around it is left out
     * @throws SettingException when a header cannot carry it, naming the place and the character, never the key
     */
    public static ApiKey of(String place, String value) {
        String key = value.strip();
        OptionalInt bad = key.codePoints().filter(character -> character <= ' ' || character > '~').findFirst();
        if (key.isEmpty() || bad.isPresent()) {
            throw SettingException.hiding("api_key_env", place + " holds no key that can be sent: "
                    + (bad.isPresent() ? fault(key, bad.getAsInt()) : "it is empty"));
        }
        return new ApiKey(key);
    }

    private static String fault(String key, int bad) {
        return String.format("its character %d of %d is U+%04X (%s); a key is made of visible ASCII characters without "
                + "spaces. Copy it again, without what stands around it", key.indexOf(bad) + 1, key.length(), bad,
                Optional.ofNullable(Character.getName(bad)).orElse("no character"));
    }

    /** The value of the header Authorization; empty where no key is sent. */
    Optional<String> authorization() {
        return value.isEmpty() ? Optional.empty() : Optional.of("Bearer " + value);
    }

    /** A text without the key, should someone have written it there. */
    String hiddenIn(String text) {
        return value.length() < SHORTEST_SECRET ? text : text.replace(value, HIDDEN);
    }

    @Override
    public String toString() {
        return value.isEmpty() ? "no key" : HIDDEN;
    }
}
