package org.catrl.text;

import java.util.Optional;

/** Where a text's final answer stands, and when two answers are the same. */
public interface AnswerFormat {
    /** The final answer of a rollout, or empty when it holds none. */
    Optional<String> extract(String text);

    /** A form under which equal strings are equal answers. */
    String canonical(String answer);

    /** Whether two answers are the same: what votes and rewards go by. Their canonical forms may differ. */
    boolean equivalent(String a, String b);
}
