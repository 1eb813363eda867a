package org.catrl.data.advice;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is asked of advice, yes or no, and the true answer. */
public final class Criteria {
    /** How many criteria a self-proposed rubric has. */
    static final int RUBRIC = 5;
    private static final String UNASKED = "it says something that was not asked for, or says it twice";
    private static final Pattern SAYS = Pattern.compile("for (.+) it (says|never says) to (.+)");
    private static final ObjectMapper JSON = new ObjectMapper();

    private Criteria() { }

    /** The criterion that a text makes this point. */
    static String says(Point point) {
        return "for " + point.topic().concern() + " it says to " + point.action();
    }

    /** The criterion that a text does not make this point. */
    static String never(Point point) {
        return "for " + point.topic().concern() + " it never says to " + point.action();
    }

    /** The criterion that a text makes these points and no others. */
    static String same(List<Point> points) {
        return "it says the same as " + Point.text(points);
    }

    /**
     * The rubric that a text deserves, in XML: what it says, at most {@value #RUBRIC} points of it; where those are
     * fewer, it must not say the opposite of the first ones.
     */
    static String rubric(List<Point> points) {
        List<String> criteria = new ArrayList<>();
        points.stream().limit(RUBRIC).forEach(point -> criteria.add(says(point)));
        points.stream().limit(RUBRIC - criteria.size()).forEach(point -> criteria.add(never(opposite(point))));
        return criteria.stream().map(text -> "<criterion> " + text + " </criterion>")
                .collect(Collectors.joining(" ", "<rubric> ", " </rubric>"));
    }

    /** The other advice on the point's topic, in its first wording. */
    private static Point opposite(Point point) {
        Topic topic = point.topic();
        return point.right() ? new Point(topic, false, topic.wrong()) : Point.right(topic);
    }

    /**
     * The true rubric of a situation, for evaluation alone, as {@code [{"criterion": ..., "points": ...}]}: a point for
     * each right advice; one less for each wrong one, and for anything that was not asked for or is said twice.
     */
    static String gold(Situation situation) {
        ArrayNode rubric = JSON.createArrayNode();
        for (Topic topic : situation.topics()) {
            rubric.addObject().put("criterion", says(Point.right(topic))).put("points", 1);
            rubric.addObject().put("criterion", says(new Point(topic, false, topic.wrong()))).put("points", -1);
        }
        rubric.addObject().put("criterion", UNASKED).put("points", -1);
        return rubric.toString();
    }

    /**
     * Whether a text meets a criterion of {@link #gold}, or of a rubric written in the same words.
     *
     * @param prompt    the situation's, which the text answers
     * @param text      advice in the grammar of {@link Point}
     * @param criterion as the rubric words it
     * @return empty where the criterion is none that is known
     */
    public static Optional<Boolean> met(String prompt, String text, String criterion) {
        List<Optional<Point>> points = Point.parse(text);
        if (criterion.equals(UNASKED)) {
            List<Topic> asked = Situation.parse(prompt).topics();
            boolean twice = points.stream().map(point -> point.map(Point::topic)).distinct().count() < points.size();
            return Optional.of(twice || points.stream()
                    .anyMatch(point -> point.filter(said -> asked.contains(said.topic())).isEmpty()));
        }
        Matcher says = SAYS.matcher(criterion);
        if (!says.matches()) {
            return Optional.empty();
        }
        return Point.of(says.group(1), says.group(3)).map(wanted -> points.stream().flatMap(Optional::stream)
                .anyMatch(wanted::means) == says.group(2).equals("says"));
    }
}
