package org.catrl.data.advice;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.catrl.data.KeyedRandom;
import org.catrl.data.Split;

/**
 * What somebody asks advice about: three or four facts about a plant.
 *
 * @param topics what the facts are about, all different, in the order of {@link Topics#ALL}
 * @param facts  how each is told
 */
public record Situation(List<Topic> topics, List<String> facts) {
    private static final String BEGIN = "ask ";
    private static final String END = " . advice";
    private static final int FEWEST = 3;
    private static final int MOST = 4;

    public Situation {
        topics = List.copyOf(topics);
        facts = List.copyOf(facts);
    }

    /** The situation of an index in a split under a seed: uniform over the split. */
    public static Situation of(Split split, long seed, long... index) {
        SplittableRandom random = KeyedRandom.of(KeyedRandom.hash(seed, index), split.ordinal());
        while (true) {
            Situation situation = draw(random);
            if (situation.split() == split) {
                return situation;
            }
        }
    }

    private static Situation draw(SplittableRandom random) {
        List<Topic> left = new ArrayList<>(Topics.ALL);
        List<Topic> topics = new ArrayList<>();
        int count = FEWEST + random.nextInt(MOST - FEWEST + 1);
        while (topics.size() < count) {
            topics.add(left.remove(random.nextInt(left.size())));
        }
        topics.sort(Comparator.comparing(Topic::id));
        return new Situation(topics, topics.stream().map(topic ->
                topic.facts().get(random.nextInt(topic.facts().size()))).toList());
    }

    /** The split that the situation belongs to; the same facts in other words are the same situation. */
    public Split split() {
        return Split.of(topics.stream().mapToLong(Topic::id).toArray());
    }

    /** The question, {@code ask FACT . FACT . FACT . advice}. */
    public String prompt() {
        return BEGIN + String.join(" . ", facts) + END;
    }

    /**
     * The situation that a prompt tells.
     *
     * @throws IllegalArgumentException when it tells none
     */
    public static Situation parse(String prompt) {
        if (!prompt.startsWith(BEGIN) || !prompt.endsWith(END)) {
            throw new IllegalArgumentException("\"" + prompt + "\" is no situation; one reads \"" + BEGIN
                    + "FACT . FACT" + END + "\"");
        }
        List<String> facts = List.of(prompt.substring(BEGIN.length(), prompt.length() - END.length()).split(" \\. "));
        return new Situation(facts.stream().map(Situation::topic).toList(), facts);
    }

    private static Topic topic(String fact) {
        return Topics.ALL.stream().filter(topic -> topic.facts().contains(fact)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + fact + "\" is no known fact"));
    }

    /** The right advice, every point of it. */
    public String solution() {
        return topics.stream().map(topic -> Point.right(topic).sentence()).collect(Collectors.joining(" "));
    }
}
