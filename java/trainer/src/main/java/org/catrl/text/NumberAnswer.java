package org.catrl.text;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last number of a text, as in GSM8K: with its sign, thousands separators and decimals, a fraction written with a
 * slash as one number. Digits inside a word are none.
 *
 * @param comparison when two answers are the same
 */
public record NumberAnswer(Comparison comparison) implements AnswerFormat {
    private static final String DIGITS = "(?:\\d{1,3}(?:,\\d{3})+(?!\\d)|\\d+)(?:\\.\\d+)?|\\.\\d+";
    static final Pattern NUMBER = Pattern.compile("(?<![\\w.])-?(?:" + DIGITS + ")(?:/(?:" + DIGITS + "))?");

    @Override
    public Optional<String> extract(String text) {
        Matcher number = NUMBER.matcher(text);
        String last = null;
        while (number.find()) {
            last = number.group();
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
