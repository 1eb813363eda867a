package org.catrl.data.advice;

import static org.catrl.setting.SettingException.require;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.catrl.data.KeyedRandom;

/**
 * Who advises with mistakes. Points are forgotten, wrong ones slip in, and some topics are misunderstood: those are
 * answered wrong more often than right.
 *
 * @param seed               chooses the misunderstood topics, and everything drawn
 * @param drop               probability that a point is forgotten
 * @param extra              probability that a text holds a point that was not asked for
 * @param slip               probability that a point is wrong
 * @param misconceptionShare share of the topics that are misunderstood
 * @param misconceptionRate  probability that a point of such a topic is wrong
 */
public record Adviser(long seed, double drop, double extra, double slip, double misconceptionShare,
                      double misconceptionRate) {
    public Adviser {
        probability("drop", drop);
        probability("extra", extra);
        probability("slip", slip);
        probability("misconception_share", misconceptionShare);
        probability("misconception_rate", misconceptionRate);
    }

    private static void probability(String name, double value) {
        require(value >= 0 && value <= 1, name, value, "in [0, 1]");
    }

    /** Whether this topic is answered wrong more often than right. */
    public boolean misunderstands(Topic topic) {
        List<Topic> byHash = new ArrayList<>(Topics.ALL);
        byHash.sort((a, b) -> Long.compare(KeyedRandom.hash(seed, a.id()), KeyedRandom.hash(seed, b.id())));
        return byHash.indexOf(topic) < Math.round(misconceptionShare * byHash.size());
    }

    /** Some advice on a situation, at least one point, in the order of {@link Topics#ALL}. */
    List<Point> advise(Situation situation, SplittableRandom random) {
        List<Point> points = new ArrayList<>();
        for (Topic topic : situation.topics()) {
            if (random.nextDouble() >= drop) {
                points.add(point(topic, random));
            }
        }
        if (random.nextDouble() < extra) {
            points.add(point(unasked(situation, random), random));
            points.sort(Point.ORDER);
        }
        if (points.isEmpty()) {
            points.add(point(situation.topics().get(random.nextInt(situation.topics().size())), random));
        }
        return points;
    }

    private Point point(Topic topic, SplittableRandom random) {
        boolean wrong = random.nextDouble() < (misunderstands(topic) ? misconceptionRate : slip);
        return Point.of(topic, !wrong, random);
    }

    /** A topic that the situation is not about. */
    static Topic unasked(Situation situation, SplittableRandom random) {
        List<Topic> others = Topics.ALL.stream().filter(topic -> !situation.topics().contains(topic)).toList();
        return others.get(random.nextInt(others.size()));
    }
}
