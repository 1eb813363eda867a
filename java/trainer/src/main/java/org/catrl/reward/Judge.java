package org.catrl.reward;

import java.util.Optional;
import org.catrl.flow.Verdict;
import org.catrl.generate.DrawKey;
import org.catrl.lm.Pending;

/** A judge says of responses whether they meet criteria. Each question is answered by itself. */
@FunctionalInterface
public interface Judge {
    /**
     * One response and one criterion.
     *
     * @param key       the random key, where the verdict is drawn; its number is the question's among those
     *                  about the same prompt
     * @param context   what the response responds to; empty = not shown
     * @param response  a rollout or a reference, never trusted
     * @param criterion what is asked of it
     */
    record Question(DrawKey key, Optional<String> context, String response, String criterion) { }

    /** The verdict, there once somebody wants it. */
    Pending<Verdict> judge(Question question);
}
