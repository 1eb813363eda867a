package org.catrl.fuzz;

import java.util.List;
import java.util.Random;

/** Changes texts, a little or a lot, in ways that readers of texts have stumbled over. */
final class Mutator {
    private static final int LONGEST = 200_000;
    private static final int MOST_REPEATS = 10_000;
    private static final List<String> ODDITIES = List.of("\u0000", "\ud800", "\udc00", "\u200b", "\ufeff",
            "\u202e", "é", "e\u0301", "½", "²", "٣", "\ud835\udfd8", "\ud83d\ude00", "\u00a0", "\u2028", "\r\n",
            "\t", "\\", "$", "%", "{", "}", "{{", "}}", "{%", "%}", "{#", "<", ">", "</", "&", "\"", "'", "`", "```",
            ",", ",000", ".", "-", "1e999", "9223372036854775808", "0x", "NaN", "-0", "=", "~", "|", "(", ")", "[", "]",
            "\\(", "\\boxed{", "\\frac", "\\sqrt{", "\\lfloor", "\\left(", "^", "_", "answer is", "####",
            "<verdict>", "<criterion>", "null");
    private static final List<String[]> BRACKETS = List.of(new String[] {"(", ")"}, new String[] {"[", "]"},
            new String[] {"{", "}"}, new String[] {"\\boxed{", "}"}, new String[] {"\\frac{1}{", "}"},
            new String[] {"\\sqrt{", "}"}, new String[] {"\\left(", "\\right)"}, new String[] {"{{ ", " }}"},
            new String[] {"{% if 1 %}", "{% endif %}"}, new String[] {"<criterion>", "</criterion>"},
            new String[] {"{\"a\":", "}"}, new String[] {"-", ""}, new String[] {"^{", "}"});

    private final Random random;

    /** The changes that these random numbers choose. */
    Mutator(Random random) {
        this.random = random;
    }

    /** A text changed one to four times; {@code other} is one that it may take parts of. */
    String mutated(String text, String other) {
        String result = text;
        for (int changes = 1 + random.nextInt(4); changes > 0 && result.length() < LONGEST; changes--) {
            result = changed(result, other);
        }
        return result.length() <= LONGEST ? result : result.substring(0, LONGEST);
    }

    private String changed(String text, String other) {
        int from = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), from + 1 + random.nextInt(random.nextInt(4) == 0 ? 100 : 4));
        String part = text.substring(from, to);
        String head = text.substring(0, from);
        String tail = text.substring(to);
        return switch (random.nextInt(9)) {
            case 0 -> head + tail;
            case 1 -> head + (char) random.nextInt(random.nextInt(4) == 0 ? 0x10000 : 0x80) + tail;
            case 2 -> head + flipped(part) + tail;
            case 3 -> head + part.repeat(times(part)) + tail;
            case 4 -> head + oddity() + part + tail;
            case 5 -> repeated(head, oddity(), part + tail);
            case 6 -> head + spliced(other) + tail;
            case 7 -> nested(head, part, tail);
            default -> text.repeat(Math.min(times(text), 1 + LONGEST / Math.max(1, text.length()) / 4));
        };
    }

    /** From 2 to 10,000 times, small numbers more often, and no more than a text may be long. */
    private int times(String part) {
        int times = (int) Math.pow(MOST_REPEATS, random.nextDouble() * random.nextDouble() + 0.075);
        return Math.max(1, Math.min(Math.max(2, times), LONGEST / Math.max(1, part.length())));
    }

    private String oddity() {
        return ODDITIES.get(random.nextInt(ODDITIES.size()));
    }

    private String repeated(String head, String part, String tail) {
        String space = random.nextInt(3) == 0 ? " " : part;
        return head + space.repeat(times(space)) + tail;
    }

    private String flipped(String part) {
        char[] chars = part.toCharArray();
        for (int i = 0; i < chars.length; i++) {
            chars[i] ^= (char) (1 << random.nextInt(random.nextInt(8) == 0 ? 16 : 7));
        }
        return new String(chars);
    }

    private String spliced(String other) {
        int begin = random.nextInt(other.length() + 1);
        return other.substring(begin, begin + random.nextInt(other.length() - begin + 1));
    }

    private String nested(String head, String part, String tail) {
        String[] bracket = BRACKETS.get(random.nextInt(BRACKETS.size()));
        int times = times(bracket[0]);
        return head + bracket[0].repeat(times) + part + bracket[1].repeat(random.nextInt(4) == 0 ? times / 2 : times)
                + tail;
    }
}
