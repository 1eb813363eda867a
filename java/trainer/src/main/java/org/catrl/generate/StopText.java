package org.catrl.generate;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Tells when the decoded text of a growing completion contains a stop string. Only the last few tokens are decoded
 * again at each step: a window that starts where the text was last whole, so that characters made of several tokens and
 * decoders that treat a text's start in their own way come out as in the whole text.
 */
final class StopText {
    private static final String HALF_A_CHARACTER = "\ufffd";

    private final List<String> stops;
    private final Function<int[], String> decode;
    private final int longest;
    private String tail = "";
    private String context = "";
    private int from;
    private int whole;

    StopText(List<String> stops, Function<int[], String> decode) {
        this.stops = stops;
        this.decode = decode;
        this.longest = stops.stream().mapToInt(String::length).max().orElse(0);
    }

    /** Whether the text of ids[0 .. length) contains a stop string; to be asked after each token. */
    boolean endsAt(int[] ids, int length) {
        String window = decode.apply(Arrays.copyOfRange(ids, from, length));
        String fresh = window.substring(Math.min(context.length(), window.length()));
        String text = tail + fresh;
        if (stops.stream().anyMatch(text::contains)) {
            return true;
        }
        if (!fresh.isEmpty() && !fresh.endsWith(HALF_A_CHARACTER)) {
            tail = text.substring(Math.max(0, text.length() - longest + 1));
            context = decode.apply(Arrays.copyOfRange(ids, whole, length));
            from = whole;
            whole = length;
        }
        return false;
    }
}
