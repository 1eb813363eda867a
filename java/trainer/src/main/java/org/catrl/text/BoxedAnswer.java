package org.catrl.text;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The answer in the last {@code \boxed{...}} whose braces balance, white space around it stripped. A text cut off
 * inside a box keeps the box before it; an empty box is no answer. Boxes side by side, with nothing but commas, "and"
 * and layout between them, are one answer: a list.
 *
 * @param bare       whether {@code boxed{...}} without its backslash counts too (the paper's synthesis prompt prints
 *                   it so)
 * @param comparison when two answers are the same
 */
public record BoxedAnswer(boolean bare, Comparison comparison) implements AnswerFormat {
    private static final Pattern STRICT = Pattern.compile("\\\\boxed\\s*\\{");
    private static final Pattern BESIDE = Pattern.compile("(?:[\\s,;$&.]|\\\\[()\\[\\],; ]|\\\\q?quad"
            + "|\\\\text\\{\\s*and\\s*\\}|\\band\\b)*\\\\?");
    private static final Pattern BARE = Pattern.compile("(?<![A-Za-z])boxed\\s*\\{");

    @Override
    public Optional<String> extract(String text) {
        Matcher box = (bare ? BARE : STRICT).matcher(text);
        StringBuilder last = new StringBuilder();
        int before = -1;
        while (box.find()) {
            int end = Braces.close(text, box.end());
            if (end >= 0) {
                if (before >= 0 && box.start() >= before
                        && BESIDE.matcher(text.substring(before, box.start())).matches()) {
                    last.append(", ");
                } else {
                    last.setLength(0);
                }
                last.append(text.substring(box.end(), end).strip());
                before = end + 1;
            }
        }
        return Optional.of(last.toString()).filter(answer -> !answer.isEmpty());
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
