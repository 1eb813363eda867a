package org.catrl.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class StopTextTest {
    /** One id per byte, as in a byte-level vocabulary: most characters below take several tokens. */
    private static String utf8(int[] ids) {
        byte[] bytes = new byte[ids.length];
        for (int i = 0; i < ids.length; i++) {
            bytes[i] = (byte) ids[i];
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int[] bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] ids = new int[bytes.length];
        Arrays.setAll(ids, i -> bytes[i] & 0xff);
        return ids;
    }

    private static int end(StopText stop, int[] ids) {
        for (int i = 0; i < ids.length; i++) {
            if (stop.endsAt(ids[i])) {
                return i + 1;
            }
        }
        return -1;
    }

    @Property
    void itEndsWhereTheWholeTextFirstContainsTheString(
            @ForAll @Chars({'a', 'b', '\u00e9', '\u20ac'}) @StringLength(max = 40) String text,
            @ForAll @Chars({'a', 'b', '\u00e9', '\u20ac'}) @StringLength(min = 1, max = 4) String stop) {
        int[] ids = bytes(text);
        int found = text.indexOf(stop);
        int expected = found < 0 ? -1 : bytes(text.substring(0, found + stop.length())).length;
        assertEquals(expected, end(new StopText(List.of(stop), StopTextTest::utf8), ids));
    }

    @Test
    void onlyTheLastTokensAreDecodedAgain() {
        AtomicInteger decoded = new AtomicInteger();
        int[] ids = bytes("abcdefgh\u20ac".repeat(200));
        assertEquals(-1, end(new StopText(List.of("never there"), part -> {
            decoded.addAndGet(part.length);
            return utf8(part);
        }), ids));
        assertTrue(decoded.get() < 6 * ids.length, decoded + " ids decoded for " + ids.length);
    }
}
