package org.catrl.generate;

import java.util.List;
import java.util.function.Function;
import org.catrl.text.TextStream;

/** Tells when the text of a growing completion contains a stop string. */
final class StopText {
    private final List<String> stops;
    private final TextStream stream;
    private final int longest;
    private String tail = "";

    /**
     * A watch over one completion.
     *
     * @param decode the text of ids
     */
    StopText(List<String> stops, Function<int[], String> decode) {
        this.stops = stops;
        this.stream = new TextStream(decode);
        this.longest = stops.stream().mapToInt(String::length).max().orElse(0);
    }

    /** Whether the text up to this id contains a stop string; to be asked after each id. */
    boolean endsAt(int id) {
        String text = tail + stream.push(id);
        tail = text.substring(Math.max(0, text.length() - longest + 1));
        return stops.stream().anyMatch(text::contains);
    }
}
