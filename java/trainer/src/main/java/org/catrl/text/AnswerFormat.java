package org.catrl.text;

import java.util.Map;
import java.util.Optional;

/** Where a text's final answer stands, and when two answers are the same. */
public interface AnswerFormat {
    /** The final answer of a rollout, or empty when it holds none. */
    Optional<String> extract(String text);

    /** A form under which equal strings are equal answers. */
    String canonical(String answer);

    /** Whether two answers are the same: what votes and rewards go by. Their canonical forms may differ. */
    boolean equivalent(String a, String b);

    /** The reason why reading a text was given up on lately; empty where it was not. */
    default Optional<String> whyUnread(String text) {
        return Optional.empty();
    }

    /** Counts of what was given up on since they were taken last, by cause; empty where nothing is counted. */
    default Map<String, Integer> takeGivenUp() {
        return Map.of();
    }

    /** The sum of the counts of {@link #takeGivenUp}, which are taken. */
    default int takeAllGivenUp() {
        return takeGivenUp().values().stream().mapToInt(Integer::intValue).sum();
    }
}
