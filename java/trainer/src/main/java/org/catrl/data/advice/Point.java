package org.catrl.data.advice;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * One sentence of advice: {@code for CONCERN ACTION .}
 *
 * @param topic  what it is about
 * @param right  whether it is the right advice for that
 * @param action as it is said
 */
public record Point(Topic topic, boolean right, String action) {
    /** The order of points in a text: that of {@link Topics#ALL}. */
    static final Comparator<Point> ORDER = Comparator.comparing(point -> point.topic.id());

    /** The right advice in its first wording. */
    static Point right(Topic topic) {
        return new Point(topic, true, topic.right().get(0));
    }

    /** The right or the wrong advice on a topic, in some wording. */
    static Point of(Topic topic, boolean right, SplittableRandom random) {
        return new Point(topic, right, right ? topic.right().get(random.nextInt(topic.right().size())) : topic.wrong());
    }

    /** The same advice, perhaps in other words. */
    Point reworded(SplittableRandom random) {
        return of(topic, right, random);
    }

    /** The wrong advice for the right one, and the right for the wrong. */
    Point opposite(SplittableRandom random) {
        return of(topic, !right, random);
    }

    /** Whether both say the same, in whatever words. */
    boolean means(Point other) {
        return topic.equals(other.topic) && right == other.right;
    }

    /** The point as a text holds it: {@code for CONCERN ACTION .} */
    String sentence() {
        return "for " + topic.concern() + " " + action + " .";
    }

    /** The point that "CONCERN ... ACTION" makes; empty where it is none that is known. */
    static Optional<Point> of(String concern, String action) {
        return Topics.ALL.stream().filter(topic -> topic.concern().equals(concern)).findFirst().flatMap(topic ->
                topic.right().contains(action) ? Optional.of(new Point(topic, true, action))
                        : topic.wrong().equals(action) ? Optional.of(new Point(topic, false, action))
                        : Optional.empty());
    }

    /** The points as one text, sentence by sentence. */
    static String text(List<Point> points) {
        return points.stream().map(Point::sentence).collect(Collectors.joining(" "));
    }

    /** The points of a text, sentence by sentence; empty for one that says nothing known. */
    static List<Optional<Point>> parse(String text) {
        return Arrays.stream(text.split("\\.")).map(String::strip).filter(sentence -> !sentence.isEmpty())
                .map(Point::sentence).toList();
    }

    private static Optional<Point> sentence(String sentence) {
        return Topics.ALL.stream().map(topic -> "for " + topic.concern() + " ").filter(sentence::startsWith)
                .map(start -> of(start.substring("for ".length()).strip(), sentence.substring(start.length())))
                .flatMap(Optional::stream).findFirst();
    }
}
