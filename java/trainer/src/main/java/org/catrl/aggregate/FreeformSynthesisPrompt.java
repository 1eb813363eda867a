package org.catrl.aggregate;

import java.util.List;
import java.util.Optional;

/** The prompt for models that follow instructions, in tasks whose answers are texts. */
public final class FreeformSynthesisPrompt implements SynthesisPrompt {
    private static final String TASK = """
            Below are %d responses to one and the same request, written independently of each other. Combine them \
            into one response that is consistent and complete: keep what they share and what only one of them has \
            where it is right, resolve what they contradict each other on, and leave out what is wrong. It should \
            not be much longer than they are.
            """;
    private static final String FORM = """

            Write the combined response under the heading "# UNIFIED RESPONSE".
            """;

    @Override
    public String of(Optional<String> question, List<Response> responses) {
        return ResponseList.of(TASK.formatted(responses.size()), "## REQUEST", question, responses) + FORM;
    }
}
