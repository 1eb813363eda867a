package org.catrl.text;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes an answer so that equal answers become equal strings: numbers as exact fractions in lowest terms, TeX without
 * its spacing, fonts and sizing. It rewrites; it does no algebra, so (x+1)^2 and x^2+2x+1 stay different.
 *
 * <p>Conventions:
 * <ul>
 * <li>A comma between digit groups of three in a lone number separates thousands, every other comma a list whose order
 * counts (not that of a set in braces). Points between three groups or more do the same. 1 1/2 is a mixed number.
 * <li>A unit, the name that a value is given to and the letter of a choice are kept, and compared where both answers
 * have one: x = 5 is 5 and not y = 5; 5 cm is 5 and not 5 km; (B) 5 is B, and 5, and not (C) 5.
 * <li>Words behind a number say what was counted and are units too (5 apples are not 5 pears), unless they change it:
 * 5 or more is not 5. Units of one measure are converted: 1 hour is 60 minutes, and 1, but not 60. Number words are
 * numbers: 3 million, two and a half, 10 below zero. 50% is 50 and not 1/2, nor 50 degrees; a degree sign is a unit
 * where no sine or the like is taken.
 * <li>A decimal of 15 digits or more, 12 of them behind the point, stands for the simple fraction that it rounds and
 * that no such decimal writes in full: 0.0833333333333333 is 1/12, 0.9999999999999999 is not 1.
 * <li>Words pool whatever their case.
 * </ul>
 *
 * <p>Its time and its memory are bounded by the answer's length; answers of more than {@value #LONGEST} characters,
 * runs of white space counted once, are left as they are.
 */
public final class AnswerNormaliser {
    /** The longest answer that is read; runs of white space count as one character. */
    public static final int LONGEST = 2000;

    private static final int DEEPEST = 50;
    private static final String PERCENT = " percent";
    private static final Pattern JOINED = Pattern.compile(
            " ?,? ?(?:(?<![A-Za-z\\\\])(?:and|or)|\\\\l(?:and|or))(?![A-Za-z]) ?,? ?");
    private static final Pattern METRES = Pattern.compile("(.*\\d) ([mgslh](?:\\^[23])?)");
    private static final Pattern GIVEN = Pattern.compile("(?<![A-Za-z\\\\])([A-Za-z](?:_\\w)?) ?=");
    /** Letters of statements with signs of logic between them. */
    private static final Pattern PROPOSITIONS = Pattern.compile("[A-Za-z() ]*+\\\\l(?:and|or)(?![a-z])[^0-9=<>]*+");
    /** Words or capitals of which one is meant. */
    private static final Pattern EITHER = Pattern.compile("[A-Za-z ,]++(?<= or [A-Za-z]{1,40})");
    private static final Pattern VARIABLE = Pattern.compile("(?<![A-Za-z])[a-z](?![A-Za-z])");
    private static final Pattern INEQUALITY = Pattern.compile("[<>]|\\\\(?:le|ge|ne)(?![A-Za-z])");
    private static final Pattern SPACED = Pattern.compile("(?<![\\d.^_])\\d{1,3}(?: \\d{3})++(?!\\d)");
    private static final Pattern POINTED = Pattern.compile("(?<![\\d.,])\\d{1,3}(?:\\.\\d{3}){2,}+(?![\\d.,])");
    /** A decimal with its period in brackets. */
    private static final Pattern PERIOD = Pattern.compile("(-?\\d{1,40}\\.\\d{0,40})\\((\\d{1,20})\\)");
    /** A decimal whose last digit is written three times and more, and goes on. */
    private static final Pattern REPEATED = Pattern.compile(
            "(-?\\d{1,40}\\.\\d{0,40}?)(\\d)\\2{2,40} ?(?:\\\\ldots|\\.{2,3}|\u2026)");
    private static final Pattern MIXED = Pattern.compile("(?<![\\d.^_/])(\\d+) (\\d+)/(\\d+)(?![\\d./])");
    private static final Pattern SCRIPT = Pattern.compile(
            "([_^])\\{(\\d(?=\\}\\D|\\}$)|[A-Za-z](?=\\}[^A-Za-z0-9]|\\}$))\\}");
    private static final Pattern TIMES = Pattern.compile("\\\\cdot ?");
    private static final Pattern NEEDLESS_TIMES = Pattern.compile("(?<!\\d)\\*(?!\\*)|(?<!\\*)\\*(?![\\d*])");
    private static final Pattern NEEDLESS_SPACE = Pattern.compile(
            " (?![A-Za-z0-9])|(?<![A-Za-z0-9]) |(?<=\\d) (?=[A-Za-z])|(?<=[A-Za-z]) (?=\\d)");
    private static final Pattern LETTER = Pattern.compile("\\(?([A-Z])\\)?[.:]?");
    private static final Pattern CHOICE = Pattern.compile("(?:\\(([A-J])\\)|([A-J])[.):]) "
            + "(?![-+*/=^<>_,]|\\\\cdot|\\\\cup|\\\\cap|\\\\le|\\\\ge|\\\\ne|\\\\in )(.+)");
    /** A name that a value may be given to: a letter, end points, words, an angle, a function of something. */
    private static final Pattern NAME = Pattern.compile("(?:m ?)?(?:\\\\(?:angle|triangle) )?[A-Z]{1,4}"
            + "|(?:\\\\[a-z]+|[A-Za-z])(?:_\\w|_\\{\\w+\\})?'?(?:\\([A-Za-z0-9]+\\))?|[A-Za-z]{4,}[A-Za-z ]*+");
    private static final Set<String> ALL_NUMBERS = Set.of("all real numbers", "all reals", "all real x",
            "the real numbers", "the set of all real numbers", "the set of real numbers");
    private static final Pattern MEMBER = Pattern.compile("\\\\in(?![A-Za-z]) ?");

    /**
     * An answer in its parts.
     *
     * @param choice the letter of the choice that it is labelled with; "" without one
     * @param text   the answer without layout and unit, its name included
     * @param unit   the unit under its one name, or the words that say what was counted; "" without one
     */
    public record Parts(String choice, String text, String unit) { }

    private AnswerNormaliser() { }

    /** The form under which equal answers have equal strings; writing it again changes nothing. */
    public static String canonical(String answer) {
        String whole = labelled(answer);
        return whole.endsWith(PERCENT) ? whole.substring(0, whole.length() - PERCENT.length()) : whole;
    }

    /** The canonical form with all that tells it from others: percent too. */
    public static String labelled(String answer) {
        Parts parts = parts(answer);
        if (parts.text.isEmpty()) {
            return answer.strip();
        }
        String text = canonicalText(parts.text, 0);
        return (parts.choice.isEmpty() ? "" : "(" + parts.choice + ") ") + text
                + (parts.unit.isEmpty() ? "" : " " + parts.unit);
    }

    /** The answer alone: without layout and units, with the name that it is given to. */
    public static String cleaned(String answer) {
        return parts(answer).text;
    }

    /** The answer in its parts, the text in one notation. */
    public static Parts parts(String answer) {
        String collapsed = Notation.collapsed(answer);
        if (collapsed.length() > LONGEST) {
            return new Parts("", collapsed, "");
        }
        String plain = withoutFullStop(Notation.of(collapsed));
        Matcher choice = CHOICE.matcher(Notation.collapsed(Quantity.unmarked(plain)));
        return choice.matches()
                ? content(choice.group(3), choice.group(1) == null ? choice.group(2) : choice.group(1))
                : content(plain.startsWith("#") ? plain.substring(1) : plain, "");
    }

    private static Parts content(String plain, String choice) {
        Quantity quantity = Quantity.of(plain);
        return new Parts(choice, written(quantity.text()), quantity.unit());
    }

    /** Whether two answers are the same without algebra. */
    public static boolean equivalent(String a, String b) {
        return equivalent(a, b, AnswerNormaliser::sameText);
    }

    /**
     * Whether two answers are the same.
     *
     * @param same whether two texts without layout, unit and choice are
     */
    public static boolean equivalent(String a, String b, BiPredicate<String, String> same) {
        Parts given = parts(a);
        Parts y = measured(parts(b), given.unit);
        Parts x = measured(given, y.unit);
        if (x.text.isEmpty() || y.text.isEmpty()) {
            return false;
        }
        if (!x.choice.isEmpty() && !y.choice.isEmpty()) {
            return x.choice.equals(y.choice) && same.test(x.text, y.text);
        }
        Optional<String> scale = Units.scale(x.unit, y.unit);
        if (scale.isPresent()) {
            return same.test("(" + x.text + ")" + scale.get(), y.text);
        }
        return labels(x, y) || labels(y, x)
                || Units.compatible(x.unit, y.unit) && same.test(x.text, y.text);
    }

    /** The answer with the letter behind its number as its unit, where the other's is one of the same measure. */
    private static Parts measured(Parts answer, String other) {
        Matcher letter = METRES.matcher(answer.text);
        return answer.unit.isEmpty() && letter.matches() && Units.scale(letter.group(2), other).isPresent()
                ? new Parts(answer.choice, letter.group(1), letter.group(2)) : answer;
    }

    /** Whether one answer is the letter that the other is labelled with. */
    private static boolean labels(Parts labelled, Parts letter) {
        Matcher bare = LETTER.matcher(letter.text);
        return !labelled.choice.isEmpty() && bare.matches() && bare.group(1).equals(labelled.choice);
    }

    /** Whether two texts without layout, unit and choice are the same without algebra. */
    public static boolean sameText(String a, String b) {
        String x = canonicalText(a, 0);
        String y = canonicalText(b, 0);
        Optional<String> left = named(x);
        Optional<String> right = named(y);
        return x.equals(y) || left.isPresent() != right.isPresent() && left.orElse(x).equals(right.orElse(y));
    }

    /** What a name is said to be; empty where the text gives none. */
    private static Optional<String> named(String text) {
        int sign = text.indexOf('=');
        Matcher in = MEMBER.matcher(text);
        boolean member = sign < 0 && in.find();
        int end = sign > 0 ? sign + 1 : member ? in.end() : -1;
        boolean given = end > 0 && text.indexOf('=', end) < 0
                && NAME.matcher(text.substring(0, member ? in.start() : sign).strip()).matches();
        return given ? Optional.of(text.substring(end)).filter(value -> !value.isEmpty()) : Optional.empty();
    }

    private static String written(String text) {
        if (text.startsWith("\\approx ")) {
            return written(text.substring("\\approx ".length()).strip());
        }
        if (ALL_NUMBERS.contains(text.toLowerCase(Locale.ROOT))) {
            return "\\setR";
        }
        String joined = SPACED.matcher(text).replaceAll(number -> number.group().replace(" ", ""));
        Matcher period = PERIOD.matcher(joined);
        Matcher repeated = REPEATED.matcher(joined);
        if (period.matches() || repeated.matches()) {
            Matcher decimal = period.matches() ? period : repeated;
            return decimal.group(1) + "\\overline{" + decimal.group(2) + "}";
        }
        String grouped = POINTED.matcher(joined).replaceAll(number -> number.group().replace(".", ""));
        String mixed = MIXED.matcher(grouped).replaceAll("$1\\\\frac{$2}{$3}");
        String listed = PROPOSITIONS.matcher(mixed).matches() || either(mixed) ? mixed : joined(mixed);
        return withoutFullStop(SCRIPT.matcher(listed).replaceAll("$1$2").strip());
    }

    private static boolean either(String text) {
        return EITHER.matcher(text).matches() && !VARIABLE.matcher(text).find();
    }

    /** The text with a comma for "and" and, where values and not conditions stand beside it, for "or". */
    private static String joined(String text) {
        boolean inequality = INEQUALITY.matcher(text).find()
                || GIVEN.matcher(text).results().map(name -> name.group(1)).distinct().count() > 1;
        return JOINED.matcher(text).replaceAll(word ->
                inequality && word.group().contains("or") ? " \\\\lor " : ",");
    }

    private static String withoutFullStop(String text) {
        return text.endsWith(".") && !text.toLowerCase(Locale.ROOT).endsWith(".m.")
                ? text.substring(0, text.length() - 1).strip() : text;
    }

    /** The text with thousands no longer apart, where every comma in it stands between groups of three digits. */
    public static String withoutThousands(String text) {
        boolean thousands = text.indexOf(',') >= 0;
        for (int i = 0; i < text.length() && thousands; i++) {
            char c = text.charAt(i);
            thousands = "()[]{}".indexOf(c) < 0 && (c != ',' || digits(text, i, -1) >= 1 && digits(text, i, -1) <= 3
                    && digits(text, i, 1) == 3);
        }
        return thousands ? text.replace(",", "") : text;
    }

    /** How many digits stand right before or behind a place; five at most are counted. */
    private static int digits(String text, int from, int step) {
        int count = 0;
        for (int i = from + step; i >= 0 && i < text.length() && count < 5 && Character.isDigit(text.charAt(i));
                i += step) {
            count++;
        }
        return count;
    }

    private static String canonicalText(String text, int depth) {
        if (text.length() > LONGEST || depth > DEEPEST) {
            return text;
        }
        int sign = text.indexOf('=');
        if (depth == 0 && sign > 0 && sign == text.lastIndexOf('=') && "<>!".indexOf(text.charAt(sign - 1)) < 0) {
            return canonicalText(text.substring(0, sign).strip(), 1) + "="
                    + canonicalText(text.substring(sign + 1).strip(), 1);
        }
        boolean bracketed = text.startsWith("(") && text.endsWith(")");
        String inside = bracketed ? text.substring(1, text.length() - 1).strip() : text;
        String bare = Quantity.words(inside).isEmpty() ? text : inside;
        if (bare.length() > 1 && !Quantity.words(bare).isEmpty()) {
            return bare.toLowerCase(Locale.ROOT);
        }
        String whole = withoutThousands(bare);
        String dense = NEEDLESS_SPACE.matcher(Quantity.trigonometric(whole) ? whole : whole.replace("\u00b0", ""))
                .replaceAll("");
        return ExactNumber.canonical(dense).orElseGet(() -> list(dense, depth));
    }

    private static String list(String text, int depth) {
        String open = opening(text);
        String close = closing(text, open);
        boolean enclosed = !open.isEmpty() && !close.isEmpty();
        List<String> parts = split(enclosed ? text.substring(open.length(), text.length() - close.length()) : text);
        if (parts.size() == 1) {
            return product(text);
        }
        parts.replaceAll(part -> canonicalText(part, depth + 2));
        if (enclosed && open.endsWith("{")) {
            Collections.sort(parts);
        }
        String joined = enclosed ? String.join(",", parts) : apart(parts);
        return enclosed ? open + joined + close : joined;
    }

    /** The parts of a bare list, with a space where 100,200 could be read as one number. */
    private static String apart(List<String> parts) {
        StringBuilder joined = new StringBuilder(parts.get(0));
        for (String part : parts.subList(1, parts.size())) {
            joined.append(digits(part, -1, 1) == 3 ? ", " : ",").append(part);
        }
        return joined.toString();
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
        return NEEDLESS_TIMES.matcher(TIMES.matcher(text).replaceAll("*")).replaceAll("");
    }
}
