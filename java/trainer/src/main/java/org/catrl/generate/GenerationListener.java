package org.catrl.generate;

/** Hears of completions as they finish; called on the generating thread, in no promised order. */
@FunctionalInterface
public interface GenerationListener {
    /**
     * @param request place of the request in the list asked for
     * @param rollout which of its samples
     */
    void finished(int request, int rollout, Completion completion);
}
