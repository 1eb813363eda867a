package org.catrl.flow;

import java.util.stream.IntStream;
import org.catrl.generate.Completion;
import org.catrl.generate.Finish;

/**
 * One completion with its decoded text (special tokens left out).
 *
 * @param text       the decoded text
 * @param completion its token ids and log-probabilities; none where a remote model tells none
 */
public record Rollout(String text, Completion completion) {
    /** Whether the model was stopped before it had finished. */
    public boolean truncated() {
        return completion.finish() == Finish.LENGTH;
    }

    /** The mean log-probability per token; 0 where the model tells none. */
    public double meanLogProb() {
        float[] logProbs = completion.logProbs();
        return IntStream.range(0, logProbs.length).mapToDouble(i -> logProbs[i]).average().orElse(0);
    }
}
