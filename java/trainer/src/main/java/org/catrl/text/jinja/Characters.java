package org.catrl.text.jinja;

import java.util.Locale;
import java.util.function.IntPredicate;

/** Python's view of characters, where it is not Java's. */
final class Characters {
    private static final String LINE_ENDS = "\n\r\u000b\f\u001c\u001d\u001e\u0085\u2028\u2029";

    private Characters() { }

    /** Whether str.isspace() and str.strip() take the character for space. */
    static boolean isSpace(int c) {
        return Character.isSpaceChar(c) || c >= '\t' && c <= '\r' || c >= 0x1c && c <= 0x1f || c == 0x85;
    }

    /** Whether str.splitlines() ends a line at the character. */
    static boolean endsLine(int c) {
        return LINE_ENDS.indexOf(c) >= 0;
    }

    /** Whether the character has a case. */
    static boolean isCased(int c) {
        return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
    }

    /** Whether str.isdigit() holds: decimal digits, and those that stand high, low or in a circle. */
    static boolean isDigit(int c) {
        return Character.isDigit(c) || Character.getType(c) == Character.OTHER_NUMBER && Character.digit(c, 10) < 0
                && Character.getNumericValue(c) >= 0 && Character.getNumericValue(c) <= 9 && !isFraction(c);
    }

    private static boolean isFraction(int c) {
        return c >= 0xbc && c <= 0xbe || c >= 0x2150 && c <= 0x215f;
    }

    /** Whether str.isnumeric() holds. */
    static boolean isNumeric(int c) {
        int type = Character.getType(c);
        return type == Character.DECIMAL_DIGIT_NUMBER || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
    }

    /** Whether str.isalnum() holds. */
    static boolean isLetterOrNumber(int c) {
        return Character.isLetter(c) || isNumeric(c);
    }

    /** Whether repr writes the character as it is. */
    static boolean isPrintable(int c) {
        return c == ' ' || switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }

    /** The text without space at both ends. */
    static String strip(String text) {
        return strip(text, Characters::isSpace, true, true);
    }

    /** The text without such characters at its ends. */
    static String strip(String text, IntPredicate strip, boolean left, boolean right) {
        int start = 0;
        int end = text.length();
        while (left && start < end && strip.test(text.codePointAt(start))) {
            start += Character.charCount(text.codePointAt(start));
        }
        while (right && start < end && strip.test(text.codePointBefore(end))) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(start, end);
    }

    /** Whether every character of a text, which must have one, is such. */
    static boolean all(String text, IntPredicate test) {
        return !text.isEmpty() && text.codePoints().allMatch(test);
    }

    /** Python's str.lower(). */
    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** Python's str.upper(). */
    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    /** Python's str.capitalize(): the first character as a title has it, the others in lower case. */
    static String capitalized(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return titled(text.codePointAt(0)) + lower(text.substring(first));
    }

    /** Python's str.title(): every letter behind what has no case begins a word. */
    static String titled(String text) {
        StringBuilder result = new StringBuilder(text.length());
        boolean inside = false;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            result.append(inside ? lower(Character.toString(c)) : titled(c));
            inside = isCased(c);
        }
        return result.toString();
    }

    private static String titled(int c) {
        String upper = upper(Character.toString(c));
        int first = upper.offsetByCodePoints(0, 1);
        return first < upper.length() ? upper.substring(0, first) + lower(upper.substring(first))
                : Character.toString(Character.toTitleCase(c));
    }

    /** Python's str.swapcase(). */
    static String swapped(String text) {
        StringBuilder result = new StringBuilder(text.length());
        text.codePoints().forEach(c -> result.append(Character.isUpperCase(c) ? lower(Character.toString(c))
                : upper(Character.toString(c))));
        return result.toString();
    }

    /** Whether str.istitle() holds. */
    static boolean isTitle(String text) {
        return text.codePoints().anyMatch(Characters::isCased) && titled(text).equals(text);
    }
}
