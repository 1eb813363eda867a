package org.catrl.generate;

/** Hears of completions; called on the generating thread, in no promised order among them. */
@FunctionalInterface
public interface GenerationListener {
    /**
     * Hears that a completion has ended.
     *
     * @param request    place of the request in the list asked for
     * @param rollout    which of its samples, from 0
     * @param completion what was drawn
     */
    void finished(int request, int rollout, Completion completion);

    /** Hears that a completion has grown by one token. */
    default void drawn(int request, int rollout, int id) { }
}
