package org.catrl.reward;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.catrl.flow.Criterion;
import org.catrl.text.Utf8;

/**
 * Criteria that a response is scored by.
 *
 * @param criteria the criteria in the order of the text
 * @param raw      the text they were read from
 */
public record Rubric(List<Criterion> criteria, String raw) {
    private static final Pattern ELEMENT =
            Pattern.compile("<criterion\\b([^<>]{0,500}+)>(.*?)(?=</criterion\\s*+>|<criterion\\b"
            + "|</rubric\\s*+>|\\z)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final String NUMBER = "([-+]?+\\d++(?:\\.\\d++)?+(?:e[-+]?+\\d++)?+)";
    private static final Pattern POINTS = Pattern.compile("\\b(?:weight|points)\\s*+=\\s*+[\"']?+\\s*+" + NUMBER,
            Pattern.CASE_INSENSITIVE);
    private static final Pattern NESTED_POINTS = Pattern.compile("<(?:weight|points)>\\s*+" + NUMBER
            + "\\s*+</(?:weight|points)>", Pattern.CASE_INSENSITIVE);
    private static final Pattern VETO = Pattern.compile("\\bveto\\s*+=\\s*+[\"']?+\\s*+(?:true|yes|1)\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern TAG = Pattern.compile("</?+[a-zA-Z][a-zA-Z_]*+(?:\\s[^<>]*+)?+>");
    private static final Set<String> NEGATIONS = Set.of("not", "no", "never", "avoids", "avoid", "without", "doesn",
            "don");
    /** Share of common words from which two criteria ask the same. */
    private static final double ALIKE = 0.8;
    private static final int LONGEST = 2000;
    private static final double MOST_POINTS = 100;
    private static final double LEAST_POINTS = 0.01;

    public Rubric {
        criteria = List.copyOf(criteria);
    }

    /**
     * Reads {@code <criterion weight="2">text</criterion>} wherever it stands. What language models get wrong is
     * forgiven: raw &amp; and &lt; in the text, a missing end tag, text around the rubric, nested tags, points as an
     * element. A criterion whose points are no number, or that has none, is worth 1. Points are held between -100 and
     * 100, and what is nearer to 0 than 0.01 is 0. A criterion without text, or worth 0, is left out; of a text longer
     * than 2,000 characters so many are kept. {@code veto="true"} makes one that decides alone.
     */
    public static Rubric parse(String reply) {
        List<Criterion> criteria = new ArrayList<>();
        Matcher element = ELEMENT.matcher(reply);
        while (element.find()) {
            double points = points(element.group(1), element.group(2));
            String text = text(element.group(2));
            if (!text.isEmpty() && points != 0) {
                criteria.add(new Criterion(text, points, VETO.matcher(element.group(1)).find()));
            }
        }
        return new Rubric(criteria, reply);
    }

    private static double points(String attributes, String content) {
        Matcher attribute = POINTS.matcher(attributes);
        Matcher nested = NESTED_POINTS.matcher(content);
        return attribute.find() ? bounded(attribute.group(1)) : nested.find() ? bounded(nested.group(1)) : 1;
    }

    private static double bounded(String number) {
        double points = Double.parseDouble(number);
        return Math.abs(points) < LEAST_POINTS ? 0 : Math.max(-MOST_POINTS, Math.min(MOST_POINTS, points));
    }

    private static String text(String content) {
        String text = TAG.matcher(NESTED_POINTS.matcher(content).replaceAll(" ")).replaceAll(" ")
                .replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'")
                .replace("&amp;", "&").replaceAll("\\p{Cntrl}+", " ").replaceAll("\\s+", " ").strip();
        return Utf8.first(text, LONGEST);
    }

    /**
     * The criteria that a judge is asked about.
     *
     * @param criteria   those that ask something of their own, in order
     * @param duplicates those left out because one before them asks the same, by its words
     * @param dropped    those behind the most that are wanted, which nobody looked at
     */
    public record Distinct(List<Criterion> criteria, int duplicates, int dropped) {
        public Distinct {
            criteria = List.copyOf(criteria);
        }
    }

    /** The rubric without the criteria that ask what one before them asks, by their words. */
    public Rubric distinct() {
        return new Rubric(distinct(Integer.MAX_VALUE).criteria, raw);
    }

    /** The first criteria that ask something of their own, at most so many. */
    public Distinct distinct(int most) {
        List<Criterion> kept = new ArrayList<>();
        List<Set<String>> asked = new ArrayList<>();
        int seen = 0;
        while (seen < criteria.size() && kept.size() < most) {
            Criterion criterion = criteria.get(seen++);
            Set<String> words = words(criterion.text());
            if (asked.stream().noneMatch(other -> alike(other, words))) {
                kept.add(criterion);
                asked.add(words);
            }
        }
        return new Distinct(kept, seen - kept.size(), criteria.size() - seen);
    }

    private static boolean alike(Set<String> left, Set<String> right) {
        Set<String> both = new HashSet<>(left);
        both.retainAll(right);
        boolean negated = left.stream().filter(NEGATIONS::contains).count()
                != right.stream().filter(NEGATIONS::contains).count();
        int all = left.size() + right.size() - both.size();
        return !negated && all > 0 && both.size() >= ALIKE * all;
    }

    private static Set<String> words(String text) {
        return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")).filter(word -> !word.isEmpty())
                .collect(Collectors.toSet());
    }
}
