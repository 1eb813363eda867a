package org.catrl.text;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes an answer so that equal answers become equal strings: numbers as exact fractions in lowest terms, TeX without
 * its spacing and sizing, no units. It rewrites; it does no algebra, so (x+1)^2 and x^2+2x+1 stay different.
 *
 * <p>Conventions: a comma between digit groups of three in a lone number separates thousands, every other comma a list
 * whose order counts (not that of a set in braces); percent, degree and currency signs are units, so 50% is 50 and not
 * 1/2; "x = 5" is 5; ten or more decimals stand for the simple fraction they round; words pool whatever their case.
 */
public final class AnswerNormaliser {
    private record Rule(Pattern pattern, String replacement) {
        static Rule of(String regex, String replacement) {
            return new Rule(Pattern.compile(regex), replacement);
        }
    }

    private static final String WORD = "(?:\\\\(?:text|textbf|textit|textrm|mathrm|mathbf|mbox|operatorname)\\s*"
            + "\\{([^{}]*)\\})";
    private static final List<Rule> NOTATION = List.of(
            Rule.of("(?<!\\\\)\\\\\\\\(?=[A-Za-z]{2})", "\\\\"),
            Rule.of("[\u2212\u2013]", "-"), Rule.of("\u03c0", "\\\\pi "), Rule.of("\u00b7|\u00d7", "\\\\cdot "),
            Rule.of("\u00b0|\\^\\s*\\{?\\s*\\\\(?:circ|degree)\\s*\\}?", ""), Rule.of("\\\\?[$%]", ""),
            Rule.of("\\\\[(\\[\\])]", ""), Rule.of("\\\\(?:left|right|displaystyle|limits)(?![A-Za-z])", ""),
            Rule.of("\\{,\\}", ","), Rule.of("\\\\!\\s*", ""), Rule.of("(?<!\\\\)\\\\[,;: ]|~|\\\\q?quad", " "),
            Rule.of("\\\\[dtc]frac", "\\\\frac"));
    private static final List<Rule> WORDS = List.of(
            Rule.of("(?<=[\\d})])\\s*(?!\\\\text\\{\\s*[ap]\\.?m)" + WORD + "(?:\\s*\\^\\s*\\{?\\d\\}?)?\\s*$", ""),
            Rule.of(WORD, " $1 "), Rule.of("\\s*,?\\s*\\b(?:and|or)\\b\\s*", ","),
            Rule.of("(?<=[\\d})]|\\\\pi)\\s+(?![ap]\\.?m\\b)(?:[A-Za-z]{2,}+\\s*+)++(?:\\^\\s*\\{?\\d\\}?)?\\s*$", ""),
            Rule.of("^\\s*[A-Za-z](?:_\\w)?\\s*(?:=|\\\\in(?![A-Za-z]))(?=[^=]*$)", ""));
    private static final List<Rule> TEX = List.of(
            Rule.of("(?<=\\d)\\s+(?=\\d{3}(?!\\d))", ""), Rule.of("\\\\(frac|sqrt)\\s+", "\\\\$1"),
            Rule.of("\\\\sqrt([0-9A-Za-z])", "\\\\sqrt{$1}"),
            Rule.of("\\\\sqrt(\\[[^\\]]*\\])([0-9A-Za-z])", "\\\\sqrt$1{$2}"),
            Rule.of("\\\\frac([0-9A-Za-z])", "\\\\frac{$1}"),
            Rule.of("(\\\\frac\\{[^{}]*\\})([0-9A-Za-z])", "$1{$2}"), Rule.of("([_^])\\{(\\w)\\}", "$1$2"));
    private static final Pattern THOUSANDS = Pattern.compile("[-+]?\\d{1,3}(?:,\\d{3})+(?:\\.\\d*)?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z]{2,}(?:[ '-]+[A-Za-z]+)*");
    private static final Pattern CHOICE = Pattern.compile("\\(\\s*([A-Za-z]+)\\s*\\)");

    private AnswerNormaliser() { }

    /** The form under which equal answers have equal strings; writing it again changes nothing. */
    public static String canonical(String answer) {
        String cleaned = cleaned(answer);
        return cleaned.isEmpty() ? answer.strip() : expression(cleaned);
    }

    /** The answer alone: without box, layout, units and the name that it is given to. */
    public static String cleaned(String answer) {
        String cleaned = unbox(apply(NOTATION, answer).strip());
        return withoutFullStop(apply(TEX, apply(WORDS, cleaned)).strip());
    }

    private static String apply(List<Rule> rules, String text) {
        for (Rule rule : rules) {
            text = rule.pattern.matcher(text).replaceAll(rule.replacement);
        }
        return text;
    }

    /** The content of a box, when the answer is nothing else. */
    private static String unbox(String text) {
        String start = "\\boxed{";
        boolean boxed = text.startsWith(start) && Braces.close(text, start.length()) == text.length() - 1;
        return boxed ? unbox(text.substring(start.length(), text.length() - 1).strip()) : text;
    }

    private static String withoutFullStop(String text) {
        return text.endsWith(".") ? text.substring(0, text.length() - 1).strip() : text;
    }

    private static String expression(String text) {
        if (THOUSANDS.matcher(text).matches()) {
            return ExactNumber.canonical(text.replace(",", "")).orElseThrow();
        }
        Matcher choice = CHOICE.matcher(text);
        String bare = choice.matches() ? choice.group(1) : text;
        if (NAME.matcher(bare).matches()) {
            return bare.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
        }
        String dense = bare.replaceAll("\\s+(?![A-Za-z])|(?<![A-Za-z])\\s+", "");
        return ExactNumber.canonical(dense).orElseGet(() -> list(dense));
    }

    private static String list(String text) {
        String open = opening(text);
        String close = closing(text, open);
        boolean enclosed = !open.isEmpty() && !close.isEmpty();
        List<String> parts = split(enclosed ? text.substring(open.length(), text.length() - close.length()) : text);
        if (parts.size() == 1) {
            return product(text);
        }
        parts.replaceAll(part -> ExactNumber.canonical(part).orElseGet(() -> list(part)));
        if (enclosed && open.endsWith("{")) {
            Collections.sort(parts);
        }
        String joined = String.join(",", parts);
        return enclosed ? open + joined + close : joined;
    }

    private static String opening(String text) {
        return text.startsWith("\\{") ? "\\{"
                : text.startsWith("(") || text.startsWith("[") ? text.substring(0, 1) : "";
    }

    /** The closing bracket when the opening one closes only at the very end, whichever kinds they are: [2,5). */
    private static String closing(String text, String open) {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            depth += nesting(text.charAt(i));
            if (depth == 0 && i < text.length() - 1 && i >= open.length() - 1) {
                return "";
            }
        }
        return text.endsWith("\\}") ? "\\}" : text.endsWith(")") || text.endsWith("]")
                ? text.substring(text.length() - 1) : "";
    }

    private static int nesting(char c) {
        return "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
    }

    /** The parts between the commas that stand in no bracket; one part where there is none. */
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            depth += nesting(text.charAt(i));
            if (text.charAt(i) == ',' && depth == 0) {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(text.substring(from));
        return parts;
    }

    /** The text with 2*x and 2 \cdot x as 2x; between two digits the sign stays. */
    private static String product(String text) {
        return text.replaceAll("\\\\cdot\\s*", "*").replaceAll("(?<!\\d)\\*|\\*(?!\\d)", "");
    }
}
