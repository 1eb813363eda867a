package org.catrl.data.advice;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.catrl.data.Example;
import org.catrl.data.KeyedRandom;
import org.catrl.data.Split;

/**
 * Supervised examples for the roles. The adviser is taught by advice with mistakes; so is who writes a rubric from the
 * question, since that asks for the same knowledge. The others are taught what is right: merging, writing a rubric from
 * a text, judging. Every example is a pure function of (seed, key).
 */
public final class Corpus {
    /** The words around what each role is given. */
    static final String MERGE = "merge ";
    static final String BETWEEN = " | ";
    static final String MERGED = " write";
    static final String RUBRIC = "rubric ";
    static final String CRITERIA = " criteria";
    static final String JUDGE = "judge ";
    static final String CRITERION = " criterion ";
    static final String VERDICT = " verdict";

    private final Adviser adviser;
    private final Split split;

    /** A corpus of this adviser's mistakes, from the situations of {@link Split#CORPUS}. */
    public Corpus(Adviser adviser) {
        this(adviser, Split.CORPUS);
    }

    /** A corpus from another split than {@link Split#CORPUS}: for tests of what was learned. */
    Corpus(Adviser adviser, Split split) {
        this.adviser = adviser;
        this.split = split;
    }

    private SplittableRandom random(long role, long[] key) {
        return KeyedRandom.of(KeyedRandom.hash(adviser.seed(), key), role);
    }

    private Situation situation(long... key) {
        return Situation.of(split, adviser.seed(), key);
    }

    /** A situation and fallible advice on it. */
    public Example advise(long... key) {
        Situation situation = situation(key);
        return new Example(situation.prompt(), Point.text(adviser.advise(situation, random(1, key))));
    }

    /**
     * A context of {@code fewest} to {@code most} pieces of fallible advice on one situation, and the right advice on
     * what at least two of them mention (of one or two: what any mentions).
     */
    public Example merge(int fewest, int most, long... key) {
        SplittableRandom random = random(2, key);
        Situation situation = situation(key);
        int count = fewest + random.nextInt(most - fewest + 1);
        List<List<Point>> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(adviser.advise(situation, random));
        }
        return new Example(texts.stream().map(Point::text).collect(Collectors.joining(BETWEEN, MERGE, MERGED)),
                Point.text(merged(texts)));
    }

    private static List<Point> merged(List<List<Point>> texts) {
        Map<Topic, Integer> mentions = new HashMap<>();
        texts.forEach(text -> text.forEach(point -> mentions.merge(point.topic(), 1, Integer::sum)));
        int needed = texts.size() > 2 && Collections.max(mentions.values()) > 1 ? 2 : 1;
        return mentions.entrySet().stream().filter(entry -> entry.getValue() >= needed)
                .map(entry -> Point.right(entry.getKey())).sorted(Point.ORDER).toList();
    }

    /** A text and its rubric; the text is fallible advice or the right one. */
    public Example rubric(long... key) {
        List<Point> points = text(situation(key), random(3, key));
        return new Example(RUBRIC + Point.text(points) + CRITERIA, Criteria.rubric(points));
    }

    /** A situation and a rubric for it, as fallible as advice is. */
    public Example questionRubric(long... key) {
        Situation situation = situation(key);
        return new Example(RUBRIC + situation.prompt() + CRITERIA,
                Criteria.rubric(adviser.advise(situation, random(4, key))));
    }

    private List<Point> text(Situation situation, SplittableRandom random) {
        return random.nextBoolean() ? adviser.advise(situation, random)
                : situation.topics().stream().map(topic -> Point.of(topic, true, random)).toList();
    }

    /** A text, a criterion and whether it is met: as often yes as no, negated or not, in the text's words or others. */
    public Example judge(long... key) {
        SplittableRandom random = random(5, key);
        Situation situation = situation(key);
        List<Point> points = text(situation, random);
        boolean yes = random.nextBoolean();
        boolean negated = random.nextBoolean();
        Point said = points.get(random.nextInt(points.size())).reworded(random);
        Point asked = yes != negated ? said : unsaid(points, said, random);
        return verdict(points, negated ? Criteria.never(asked) : Criteria.says(asked), yes);
    }

    private static Point unsaid(List<Point> points, Point said, SplittableRandom random) {
        Topic other = Topics.ALL.get(random.nextInt(Topics.ALL.size()));
        boolean absent = points.stream().noneMatch(point -> point.topic().equals(other));
        return absent && random.nextBoolean() ? Point.of(other, random.nextBoolean(), random) : said.opposite(random);
    }

    /** A text, another text and whether they say the same; as often yes as no. */
    public Example compare(long... key) {
        SplittableRandom random = random(6, key);
        Situation situation = situation(key);
        List<Point> points = text(situation, random);
        List<Point> other = new ArrayList<>(points.stream().map(point -> point.reworded(random)).toList());
        boolean same = random.nextBoolean();
        if (!same) {
            spoil(other, situation, random);
            other.sort(Point.ORDER);
        }
        return verdict(points, Criteria.same(other), same);
    }

    private static void spoil(List<Point> points, Situation situation, SplittableRandom random) {
        int spoilt = random.nextInt(points.size());
        switch (random.nextInt(points.size() > 1 ? 3 : 2)) {
            case 0 -> points.set(spoilt, points.get(spoilt).opposite(random));
            case 1 -> points.add(Point.of(situation.topics().stream().filter(topic -> points.stream()
                    .noneMatch(point -> point.topic().equals(topic))).findFirst()
                    .orElseGet(() -> Adviser.unasked(situation, random)), random.nextBoolean(), random));
            default -> points.remove(spoilt);
        }
    }

    private static Example verdict(List<Point> points, String criterion, boolean yes) {
        return new Example(JUDGE + Point.text(points) + CRITERION + criterion + VERDICT, yes ? "yes" : "no");
    }
}
