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

/**
 * Criteria that a response is scored by.
 *
 * @param criteria the criteria in the order of the text
 * @param raw      the text they were read from
 */
public record Rubric(List<Criterion> criteria, String raw) {
    private static final Pattern ELEMENT =
            Pattern.compile("<criterion\\b([^<>]{0,500})>(.*?)(?=</criterion\\s*>|<criterion\\b"
            + "|</rubric\\s*>|\\z)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern POINTS =
            Pattern.compile("\\b(?:weight|points)\\s*=\\s*[\"']?\\s*([-+]?\\d+(?:\\.\\d+)?)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern NESTED_POINTS = Pattern.compile("<(?:weight|points)>\\s*([-+]?\\d+(?:\\.\\d+)?)\\s*"
            + "</(?:weight|points)>", Pattern.CASE_INSENSITIVE);
    private static final Pattern VETO = Pattern.compile("\\bveto\\s*=\\s*[\"']?\\s*(?:true|yes|1)\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern TAG = Pattern.compile("</?[a-zA-Z][a-zA-Z_]*(?:\\s[^<>]*)?>");
    private static final Set<String> NEGATIONS = Set.of("not", "no", "never", "avoids", "avoid", "without", "doesn",
            "don");
    /** Share of common words from which two criteria ask the same. */
    private static final double ALIKE = 0.8;
    private static final int LONGEST = 2000;

    public Rubric {
        criteria = List.copyOf(criteria);
    }

    /**
     * Reads {@code <criterion weight="2">text</criterion>} wherever it stands. What language models get wrong is
     * forgiven: raw &amp; and &lt; in the text, a missing end tag, text around the rubric, nested tags, points as an
     * element. A criterion without points is worth 1; one without text, or worth 0, is left out. {@code veto="true"}
     * makes one that decides alone.
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
        return attribute.find() ? Double.parseDouble(attribute.group(1))
                : nested.find() ? Double.parseDouble(nested.group(1)) : 1;
    }

    private static String text(String content) {
        String text = TAG.matcher(NESTED_POINTS.matcher(content).replaceAll(" ")).replaceAll(" ")
                .replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'")
                .replace("&amp;", "&").replaceAll("\\p{Cntrl}+", " ").replaceAll("\\s+", " ").strip();
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }

    /** The rubric without the criteria that ask what one before them asks, by their words. */
    public Rubric distinct() {
        List<Criterion> kept = new ArrayList<>();
        for (Criterion criterion : criteria) {
            if (kept.stream().noneMatch(other -> alike(other.text(), criterion.text()))) {
                kept.add(criterion);
            }
        }
        return new Rubric(kept, raw);
    }

    private static boolean alike(String a, String b) {
        Set<String> left = words(a);
        Set<String> right = words(b);
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
