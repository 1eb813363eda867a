package org.catrl.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An answer's text with what is written behind its number taken off: a unit, or words that say what was counted. Words
 * that change the number stay (5 or more, 7 mod 10) or are carried out (3 million, 10 below zero).
 *
 * @param text what is left, without the marks of upright text
 * @param unit the unit under its one name, or the words that say what was counted; "" without one
 */
record Quantity(String text, String unit) {
    private static final Map<Character, String> CURRENCIES = Map.of(Notation.DOLLAR, "dollar", '\u20ac', "euro",
            '\u00a3', "pound", '\u00a5', "yen", '\u20b9', "rupee");
    /** Units that may stand right behind a number without being taken for a product of variables. */
    private static final Set<String> ATTACHED = Set.of("cm", "mm", "km", "kg", "mg", "ml", "ft", "yd", "hr", "hrs",
            "sec", "mph", "lb", "lbs", "oz", "usd", "deg");

    private static final Pattern SIZE = Pattern.compile("\\d+ ?(?:\\\\cdot|x|\\*) ?\\d+");

    /** The quantity that a text in one notation is. */
    static Quantity of(String marked) {
        String words = Notation.collapsed(unmarked(marked)).toLowerCase(Locale.ROOT);
        for (String sign : List.of("minus ", "negative ")) {
            Quantity size = words.startsWith(sign) ? unsigned(words.substring(sign.length())) : null;
            if (size != null && Character.isDigit(size.text.charAt(0))) {
                return new Quantity("-" + size.text, size.unit);
            }
        }
        return unsigned(marked);
    }

    private static Quantity unsigned(String marked) {
        Quantity bare = measured(marked.replace("%", ""));
        boolean percent = bare.unit.isEmpty() && Notation.collapsed(unmarked(marked)).endsWith("%");
        return percent ? new Quantity(bare.text, "percent") : bare;
    }

    private static Quantity measured(String marked) {
        Quantity money = money(marked);
        Quantity behind = Tail.of(money.text);
        String unit = behind.unit.isEmpty() ? money.unit : behind.unit;
        String text = Notation.collapsed(unmarked(behind.text));
        if (text.endsWith("\u00b0") && text.indexOf('\u00b0') == text.length() - 1 && !trigonometric(text)) {
            return new Quantity(text.substring(0, text.length() - 1).strip(), unit.isEmpty() ? "degree" : unit);
        }
        return spelled(text).orElseGet(() -> new Quantity(text, unit));
    }

    /** Whether degrees in a text are those of an angle whose sine, or the like, is meant. */
    static boolean trigonometric(String text) {
        return List.of("sin", "cos", "tan", "cot", "sec", "csc").stream().anyMatch(text::contains);
    }

    /** The quantity of a text that is a number in words, with or without a unit. */
    private static Optional<Quantity> spelled(String text) {
        List<String> words = words(text);
        int number = words.size();
        while (number > 0 && Units.known(words.get(number - 1)) && !words.get(number - 1).equals("a")) {
            number--;
        }
        String counted = number == words.size() && number > 1 ? words.get(number - 1) : "";
        boolean things = counted.length() > 3 && counted.endsWith("s") && !Units.changes(counted);
        number -= things && NumberWords.number(words).isEmpty() ? 1 : 0;
        List<String> unit = words.subList(number, words.size());
        int end = number;
        return NumberWords.number(words.subList(0, end)).map(value -> new Quantity(value, Units.of(unit, 1)));
    }

    /** The text without the marks of upright text, spaces in their place. */
    static String unmarked(String text) {
        return text.replace(Notation.TEXT, ' ').replace(Notation.END, ' ').replace(Notation.DOLLAR, ' ');
    }

    /** The text without a currency's sign in front of it or behind it. */
    private static Quantity money(String text) {
        int sign = text.startsWith("-") ? 1 : 0;
        if (text.length() > sign + 1 && CURRENCIES.containsKey(text.charAt(sign))) {
            return new Quantity((sign == 1 ? "-" : "") + text.substring(sign + 1).strip(),
                    CURRENCIES.get(text.charAt(sign)));
        }
        int last = text.length() - 1;
        return last > 0 && CURRENCIES.containsKey(text.charAt(last))
                ? new Quantity(text.substring(0, last).strip(), CURRENCIES.get(text.charAt(last)))
                : new Quantity(text, "");
    }

    /** The words that end a text. */
    private static final class Tail {
        private final String text;
        private int power = 1;
        private int end;
        private int start;

        private Tail(String text) {
            this.text = text;
            this.end = withoutPower();
            this.start = begin();
        }

        static Quantity of(String text) {
            Tail tail = new Tail(text);
            return tail.start >= tail.end ? new Quantity(text, "") : tail.split();
        }

        /** Where the words end when a power closes the text, as in cm^2. */
        private int withoutPower() {
            for (String raised : List.of("^2", "^3", "^{2}", "^{3}", "^" + Notation.TEXT + "2" + Notation.END)) {
                int at = text.length() - raised.length();
                if (text.endsWith(raised) && at > 0 && inWords(at - 1) && text.charAt(at - 1) != ' ') {
                    power = raised.contains("2") ? 2 : 3;
                    return at;
                }
            }
            return text.length();
        }

        private boolean inWords(int i) {
            char c = text.charAt(i);
            return letter(c) || c == ' ' || c == Notation.TEXT || c == Notation.END || c == '\u00b0'
                    || "/.-'".indexOf(c) >= 0 && i > 0 && (letter(text.charAt(i - 1))
                            || text.charAt(i - 1) == Notation.END);
        }

        private static boolean letter(char c) {
            return (c | 32) >= 'a' && (c | 32) <= 'z';
        }

        /** Where the words begin: behind a number, a bracket or a formula, at a space or at upright text. */
        private int begin() {
            int from = end;
            while (from > 0 && inWords(from - 1)) {
                from--;
            }
            while (from < end && !(from > 0 && starts(from))) {
                from++;
            }
            return from;
        }

        private boolean starts(int i) {
            char c = text.charAt(i);
            int before = i - 1;
            while (before > 0 && (text.charAt(before) == ' ' || text.charAt(before) == '\u00b0')) {
                before--;
            }
            boolean value = Character.isDigit(text.charAt(before)) || text.charAt(before) == '}'
                    || text.charAt(before) == ')' || text.charAt(before) == '.' && before > 0
                    && Character.isDigit(text.charAt(before - 1)) || text.startsWith("\\pi", before - 2);
            boolean formula = Character.isLetter(text.charAt(before)) && !text.substring(0, i).contains(" ");
            return value && (c == ' ' || c == '\u00b0' || c == Notation.TEXT || attached(i))
                    || formula && c == Notation.TEXT;
        }

        private boolean attached(int i) {
            return Character.isLetter(text.charAt(i)) && ATTACHED.contains(text.substring(i, end)
                    .toLowerCase(Locale.ROOT).strip());
        }

        private Quantity split() {
            String value = text.substring(0, start).strip();
            String tail = text.substring(start, end);
            List<String> words = words(tail);
            String half = String.join("", words);
            if (half.equals("am") || half.equals("pm")) {
                return new Quantity(value + " " + half, "");
            }
            Quantity multiplied = multiplied(value, words);
            if (!multiplied.text.equals(value)) {
                return multiplied;
            }
            return droppable(words, value, tail) ? new Quantity(value, Units.of(words, power)) : new Quantity(text, "");
        }

        /** The value times what words as "million" say, the rest as its unit; the value itself without such words. */
        private Quantity multiplied(String value, List<String> words) {
            if (words.equals(List.of("below", "zero")) || words.size() == 3
                    && words.subList(1, 3).equals(List.of("below", "zero")) && Units.known(words.get(0))) {
                return new Quantity("-" + value, "");
            }
            String factors = "";
            int taken = 0;
            while (taken < words.size() && NumberWords.factor(words.get(taken)).isPresent()) {
                factors += "*" + NumberWords.factor(words.get(taken++)).get();
            }
            List<String> rest = words.subList(taken, words.size());
            Optional<Integer> part = rest.size() == 1 ? NumberWords.part(rest.get(0)) : Optional.empty();
            if (part.isPresent()) {
                return new Quantity("(" + value + ")/" + part.get(), "");
            }
            boolean known = taken > 0 && rest.stream().noneMatch(Units::changes);
            String times = factors;
            return known ? new Quantity(ExactNumber.canonical("(" + value.replace(",", "") + ")" + times)
                    .orElse("(" + value + ")" + times), Units.of(rest, power)) : new Quantity(value, "");
        }

        /** Whether the words leave the number as it is: a unit, or what was counted. */
        private boolean droppable(List<String> words, String value, String tail) {
            boolean upright = tail.indexOf(Notation.TEXT) >= 0;
            boolean degrees = tail.strip().startsWith("\u00b0");
            boolean number = !letter(value.charAt(value.length() - 1)) || value.endsWith("\\pi");
            boolean allKnown = words.stream().allMatch(Units::known);
            boolean prose = words.stream().allMatch(word -> word.length() > 1 || word.equals("/") || word.equals("a"))
                    && (upright || words.stream().anyMatch(word -> Units.known(word) || word.length() > 3));
            boolean size = SIZE.matcher(unmarked(value)).matches() && !allKnown; // of a grid
            boolean compound = words.equals(List.of("m", "/", "s"))
                    || words.stream().anyMatch(word -> Units.known(word) && word.length() > 1);
            return !words.isEmpty() && !size && words.stream().noneMatch(Units::changes)
                    && (allKnown && (upright || degrees || number && compound) || number && prose);
        }

        private static List<String> words(String tail) {
            List<String> words = new ArrayList<>();
            for (String word : Notation.collapsed(unmarked(tail).replace(".", " ").replace("-", " "))
                    .replace("\u00b0 ", "\u00b0").replace("\u00b0C", " celsius").replace("\u00b0F", " fahrenheit")
                    .replace('\u00b0', ' ').replace("'", "").replace("/", " / ").toLowerCase(Locale.ROOT)
                    .split(" ")) {
                if (!word.isEmpty()) {
                    words.add(word);
                }
            }
            return words;
        }
    }

    /** The words of a text that is nothing else, in lower case; empty of any other. */
    static List<String> words(String text) {
        boolean words = !text.isEmpty() && text.chars().allMatch(c -> (c | 32) >= 'a' && (c | 32) <= 'z' || c == ' '
                || c == '-' || c == '\'');
        return !words ? List.of()
                : Arrays.stream(text.toLowerCase(Locale.ROOT).split("[ -]")).filter(word -> !word.isEmpty()).toList();
    }
}
