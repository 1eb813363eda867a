package org.catrl.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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
    private static final Pattern STRICT = Pattern.compile("\\\\boxed\\s*+\\{");
    private static final Pattern BARE = Pattern.compile("(?<![A-Za-z])boxed\\s*+\\{");
    /** What may stand between boxes side by side. Possessive: it neither tries twice nor recurses. */
    private static final Pattern BESIDE = Pattern.compile("(?:[\\s,;$&.]++|\\\\[()\\[\\],; ]|\\\\q?quad"
            + "|\\\\text\\{\\s*+and\\s*+\\}|\\band\\b)*+\\\\?+");

    @Override
    public Optional<String> extract(String text) {
        Matcher box = (bare ? BARE : STRICT).matcher(text);
        return box.find() ? Optional.of(last(text, box)).filter(answer -> !answer.isEmpty()) : Optional.empty();
    }

    /**
     * The contents of the last boxes that stand side by side.
     *
     * @param box a matcher at the first box
     */
    private static String last(String text, Matcher box) {
        Matcher beside = BESIDE.matcher(text);
        int[] close = Braces.pairs(text);
        List<Content> last = new ArrayList<>();
        int before = -1;
        do {
            int end = close[box.end() - 1];
            if (end >= 0) {
                if (before < 0 || box.start() < before || !beside.region(before, box.start()).matches()) {
                    last.clear();
                }
                last.add(new Content(box.end(), end));
                before = end + 1;
            }
        } while (box.find());
        return last.stream().map(content -> text.substring(content.start, content.end).strip())
                .collect(Collectors.joining(", "));
    }

    /** What stands between two braces. */
    private record Content(int start, int end) { }

    @Override
    public String canonical(String answer) {
        return comparison.canonical(answer);
    }

    @Override
    public boolean equivalent(String a, String b) {
        return comparison.equivalent(a, b);
    }
}
