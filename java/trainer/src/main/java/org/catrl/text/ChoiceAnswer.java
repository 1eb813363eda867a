package org.catrl.text;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The letter of a multiple choice, A to J: in the last box, else behind the last "answer is" or "answer:", else the
 * last one that stands alone, in brackets or not. Given as its capital.
 *
 * @param comparison when two answers are the same
 */
public record ChoiceAnswer(Comparison comparison) implements AnswerFormat {
    private static final BoxedAnswer BOX = new BoxedAnswer(true, Comparison.EXACT);
    private static final String LETTER = "(?<![A-Za-z])\\(?([A-J])\\)?(?![A-Za-z'])";
    private static final Pattern SAID = Pattern.compile(
            "(?i:answer(?:\\s++is)?+)\\s*+:?+[\\s*$]*+(?i:for\\s++sure\\s++|option\\s++)?+" + LETTER);
    private static final Pattern ALONE = Pattern.compile(LETTER);
    /** A letter at the beginning, whatever is no letter before it, in a command such as \text or not. */
    private static final Pattern BOXED = Pattern.compile(
            "(?i)\\A[^A-Za-z]*+(?:(?<=\\\\)[a-z]++\\s*+\\{\\s*+\\(?+)?+([A-J])(?![A-Za-z])");

    @Override
    public Optional<String> extract(String text) {
        Optional<String> boxed = BOX.extract(text).flatMap(box -> last(BOXED, box));
        return boxed.isPresent() ? boxed : last(SAID, text).or(() -> last(ALONE, text));
    }

    private static Optional<String> last(Pattern pattern, String text) {
        Matcher match = pattern.matcher(text);
        String last = null;
        while (match.find()) {
            last = match.group(1).toUpperCase(Locale.ROOT);
        }
        return Optional.ofNullable(last);
    }

    @Override
    public String canonical(String answer) {
        return comparison.canonical(answer);
    }

    @Override
    public boolean equivalent(String a, String b) {
        return comparison.equivalent(a, b);
    }
}
