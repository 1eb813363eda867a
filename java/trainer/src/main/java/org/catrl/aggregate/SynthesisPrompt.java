package org.catrl.aggregate;

import java.util.List;
import java.util.Optional;

/** How the anchor is asked for a synthesis. */
@FunctionalInterface
public interface SynthesisPrompt {
    /**
     * The text that the anchor reads.
     *
     * @param question  empty unless the recipe lets the anchor see it
     * @param responses at least one, in the order to show them
     */
    String of(Optional<String> question, List<Response> responses);
}
