package org.catrl.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Units of measurement under one name each, and the words behind a number that are none because they change it. */
final class Units {
    private static final Map<String, String> NAMES = names();
    private static final Set<String> CHANGING = Set.of((
            "not no nor or and more less fewer greater smaller larger least most than below above under "
            + "over minus plus mod modulo remainder squared cubed factorial half halves third thirds "
            + "quarter quarters fourth fourths fifth fifths sixth sixths seventh sevenths eighth eighths "
            + "ninth ninths tenth tenths hundredth hundredths thousandth thousandths negative positive base "
            + "to through am pm until up from between except without double twice triple pair pairs score "
            + "scores gross infinity exclusive inclusive if when where unless ago before after divided "
            + "multiplied power root percentile choose factorials noon midnight exactly only either neither "
            + "but is are equals greatest lowest wrong incorrect higher lower short extra by th st nd rd "
            + "versus vs out ratio with radix modulus iff none max min maximum minimum approximately about "
            + "around almost nearly sqrt sin cos tan log ln pi for sec cot csc exp arcsin arccos arctan").split(" "));

    /** Words that say nothing of what was counted. */
    private static final Set<String> IDLE = Set.of((
            "of the an in total altogether each different distinct possible whole entire same this that "
            + "these those there per any some text").split(" "));

    /** Units of one measure each, with how many of the first each of them is. */
    private static final List<Map<String, Long>> MEASURES = List.of(
            Map.of("mm", 1L, "cm", 10L, "dm", 100L, "m", 1000L, "km", 1_000_000L),
            Map.of("inch", 1L, "foot", 12L, "yard", 36L, "mile", 63_360L),
            Map.of("mg", 1L, "g", 1000L, "kg", 1_000_000L, "tonne", 1_000_000_000L), Map.of("ml", 1L, "l", 1000L),
            Map.of("ms", 1L, "s", 1000L, "min", 60_000L, "h", 3_600_000L, "day", 86_400_000L, "week", 604_800_000L),
            Map.of("month", 1L, "year", 12L), Map.of("cup", 1L, "pint", 2L, "quart", 4L, "gallon", 16L),
            Map.of("cent", 1L, "dollar", 100L));

    private Units() { }

    /** What a number of one unit is multiplied by to be one of another unit of the same measure: "*1000/10". */
    static Optional<String> scale(String from, String to) {
        int power = from.endsWith("^2") ? 2 : from.endsWith("^3") ? 3 : 1;
        String raised = power == 1 ? "" : "^" + power;
        if (from.equals(to) || !to.endsWith(raised)) {
            return Optional.empty();
        }
        String a = from.substring(0, from.length() - raised.length());
        String b = to.substring(0, to.length() - raised.length());
        return MEASURES.stream().filter(units -> units.containsKey(a) && units.containsKey(b)).findFirst()
                .map(units -> ("*" + units.get(a)).repeat(power) + ("/" + units.get(b)).repeat(power));
    }

    /** Whether a word behind a number makes it another number, or another answer. */
    static boolean changes(String word) {
        return CHANGING.contains(word) && !word.equals("sec") || NumberWords.factor(word).isPresent();
    }

    /** Whether a word is a unit, or part of one. */
    static boolean known(String word) {
        return NAMES.containsKey(word);
    }

    /**
     * Whether two units may stand for the same: where one is not given, where both are one, or where one says more
     * of the same.
     */
    static boolean compatible(String a, String b) {
        boolean given = !a.isEmpty() && !b.isEmpty() && !a.equals(b);
        boolean words = given && !(measure(a) && measure(b));
        return !given || anyUnit(a) || anyUnit(b) || temperatures(a, b) || temperatures(b, a)
                || words && (within(a, b) || within(b, a));
    }

    private static boolean anyUnit(String unit) {
        return unit.equals("unit") || unit.equals("unit^2") || unit.equals("unit^3");
    }

    /** Whether the words of one are among those of the other: apples are red apples, and no red cars. */
    private static boolean within(String a, String b) {
        return List.of(b.split(" ")).containsAll(List.of(a.split(" ")));
    }

    private static boolean temperatures(String a, String b) {
        return a.equals("degree") && (b.equals("celsius") || b.equals("fahrenheit"));
    }

    /** Whether a unit is one of measurement alone. */
    private static boolean measure(String unit) {
        return List.of(unit.split("[ /^]")).stream()
                .allMatch(word -> known(word) || word.equals("2") || word.equals("3"));
    }

    private static String singular(String word) {
        return NAMES.getOrDefault(word, word.length() > 3 && word.endsWith("s") ? word.substring(0, word.length() - 1)
                : word);
    }

    /** The words that say what was counted, without those that say nothing. */
    private static String counted(List<String> words) {
        return words.stream().filter(word -> word.length() > 1 && !IDLE.contains(word)).map(Units::singular)
                .distinct().sorted().collect(Collectors.joining(" "));
    }

    /**
     * The unit that these words are, each under its one name, or what was counted where one of them is none.
     *
     * @param words lower-case words and "/"
     * @param power what the unit is raised to, 1 mostly
     */
    static String of(List<String> words, int power) {
        List<String> names = new ArrayList<>();
        for (String word : words) {
            if (!known(word)) {
                return counted(words);
            }
            names.add(NAMES.get(word));
        }
        String joined = String.join(" ", names).replace(" / ", "/").replace("2 ", "2").replace("3 ", "3");
        for (String prefix : List.of("2", "3")) {
            if (joined.startsWith(prefix)) {
                joined = joined.substring(1) + "^" + prefix;
            }
        }
        if (joined.startsWith("degree ")) {
            joined = joined.substring("degree ".length()); // of a temperature
        }
        return power == 1 ? joined : joined + "^" + power;
    }

    private static Map<String, String> names() {
        Map<String, String> names = new HashMap<>();
        for (String line : ("mm millimeter millimetre;cm centimeter centimetre cms;dm decimeter decimetre;"
                + "m meter metre;km kilometer kilometre kms;inch in;foot feet ft;yard yd yds;mile mi;"
                + "mg milligram;g gram;kg kilogram kgs kilo;tonne ton;ounce oz;lb lbs;pound;"
                + "ml milliliter millilitre;l liter litre;gallon gal;quart qt;pint;cup;"
                + "ms millisecond;s second sec secs;min minute mins;h hour hr hrs;day;week wk;month;year yr yrs;"
                + "dollar usd;cent;euro eur;yen jpy;gbp;rupee;inr;degree deg;radian rad;celsius;fahrenheit;kelvin;"
                + "n newton;j joule;kj kilojoule;w watt;kw kilowatt;v volt;ohm;a ampere amp;hz hertz;khz kilohertz;mhz;"
                + "pa pascal;kpa;mol mole;ev;mph;kph;kmh;unit;percent pct percentage;ha hectare;acre").split(";")) {
            String[] words = line.split(" ");
            for (String word : words) {
                names.put(word, words[0]);
                names.put(word.length() > 3 || word.equals("day") || word.equals("cup") ? word + "s" : word, words[0]);
            }
        }
        names.put("inches", "inch");
        names.put("square", "2");
        names.put("sq", "2");
        names.put("cubic", "3");
        names.put("cu", "3");
        names.put("per", "/");
        names.put("/", "/");
        return Map.copyOf(names);
    }
}
