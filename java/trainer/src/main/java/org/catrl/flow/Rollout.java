package org.catrl.flow;

import java.util.stream.IntStream;
import org.catrl.generate.Completion;
import org.catrl.generate.Finish;

/** One completion with its decoded text (special tokens left out). */
public record Rollout(String text, Completion completion) {
    /** None was made. */
    public static final Rollout FAILED = new Rollout("", new Completion(new int[0], new float[0], Finish.FAILED));

    public boolean truncated() {
        return completion.finish() == Finish.LENGTH;
    }

    /** There is no completion: whoever asked must do without. */
    public boolean failed() {
        return completion.finish() == Finish.FAILED;
    }

    /** Per token; 0 where the model tells none. */
    public double meanLogProb() {
        float[] logProbs = completion.logProbs();
        return IntStream.range(0, logProbs.length).mapToDouble(i -> logProbs[i]).average().orElse(0);
    }
}
