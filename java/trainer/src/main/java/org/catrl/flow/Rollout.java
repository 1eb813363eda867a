package org.catrl.flow;

import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.catrl.generate.Completion;
import org.catrl.generate.Finish;
import org.catrl.text.Utf8;

/**
 * One completion with its decoded text (special tokens left out).
 *
 * @param text       the decoded text; half a surrogate pair in it becomes U+FFFD
 * @param completion its token ids and log-probabilities, where they are told
 */
public record Rollout(String text, Completion completion) {
    public Rollout {
        text = Utf8.wellFormed(text);
    }

    /** A rollout of which the text alone is known: of a remote model, or made by a program. */
    public static Rollout ofText(String text, Finish finish) {
        return new Rollout(text, Completion.untold(finish));
    }

    /** Whether the model was stopped before it had finished. */
    public boolean truncated() {
        return completion.finish() == Finish.LENGTH;
    }

    /** The mean log-probability per token; empty where the model tells none. */
    public OptionalDouble meanLogProb() {
        float[] logProbs = completion.logProbs();
        return IntStream.range(0, logProbs.length).mapToDouble(i -> logProbs[i]).average();
    }
}
