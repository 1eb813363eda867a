package org.catrl.generate;

/** One completion with its decoded text (special tokens left out). */
public record Rollout(String text, Completion completion) {
    public boolean truncated() {
        return completion.finish() == Finish.LENGTH;
    }
}
