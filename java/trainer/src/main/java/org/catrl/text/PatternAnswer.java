package org.catrl.text;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The answer that a recipe's own regular expression captures: its one group, at its last match, stripped. An expression
 * that tries too many ways on a text is given up on, after a number of steps in proportion to the text's length.
 */
public final class PatternAnswer implements AnswerFormat {
    private final Pattern pattern;
    private final Comparison comparison;

    /**
     * Answers that a regular expression captures.
     *
     * @param regex      in Java's syntax, with one group around the answer
     * @param comparison when two answers are the same
     * @throws IllegalArgumentException when the expression is not valid or has not exactly one group
     */
    public PatternAnswer(String regex, Comparison comparison) {
        this.pattern = compile(regex);
        this.comparison = comparison;
        int groups = pattern.matcher("").groupCount();
        if (groups != 1) {
            throw new IllegalArgumentException("the answer pattern " + regex + " has " + groups
                    + " groups; it must have exactly one, around the answer (write (?:...) for the others)");
        }
    }

    private static Pattern compile(String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("the answer pattern " + regex + " is not a regular expression: "
                    + e.getDescription() + " at index " + e.getIndex(), e);
        }
    }

    /**
     * The answer of a text.
     *
     * @throws GivenUpException when the expression tries too many ways; {@link GuardedAnswer} takes it for no answer
     */
    @Override
    public Optional<String> extract(String text) {
        return LastCapture.of(pattern, text).map(String::strip).filter(answer -> !answer.isEmpty());
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
