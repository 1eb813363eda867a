package org.catrl.text;

import java.util.Optional;

/** Where a text's final answer stands, and when two answers are the same. */
public interface AnswerFormat {
    /** The final answer of a rollout, or empty when it holds none. */
    Optional<String> extract(String text);

    /** The form under which equal answers have equal strings: the key of a vote and of a reward. */
    String canonical(String answer);

    default boolean equivalent(String a, String b) {
        return canonical(a).equals(canonical(b));
    }
}
