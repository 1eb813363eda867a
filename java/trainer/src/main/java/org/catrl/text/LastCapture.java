package org.catrl.text;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a user's regular expression captures in a text: its one group at its last match, for a bounded work. */
public final class LastCapture {
    private LastCapture() { }

    /**
     * What the group captures; empty where nothing matches, or the last match leaves the group out.
     *
     * @throws GivenUpException when the expression tries too many ways, after a number of steps in proportion to the
     *                          text's length, or goes too deep
     */
    public static Optional<String> of(Pattern pattern, String text) {
        Matcher match = pattern.matcher(new CountedText(text));
        String last = null;
        try {
            while (match.find()) {
                last = match.group(1);
            }
        } catch (StackOverflowError e) {
            throw new GivenUpException(GivenUp.OVER_BUDGET, "the pattern goes too deep in a text of " + text.length()
                    + " characters");
        }
        return Optional.ofNullable(last);
    }
}
