package org.catrl.aggregate;

import java.util.List;
import java.util.Optional;

/**
 * The prompt for models that follow instructions, in reasoning tasks with a boxed answer: themes, conflicts and unique
 * points first ({@code # SUMMARY}), then one response ({@code # UNIFIED RESPONSE}).
 */
public final class GeneralSynthesisPrompt implements SynthesisPrompt {
    private static final String TASK = """
            Below are %d responses to one and the same problem, written independently of each other. Merge them into \
            one coherent response.

            Find what they share, and reconcile where they differ: check the steps against each other instead of \
            counting votes. Keep the key points of each response. Where a point stands in one response only, or \
            contradicts the others, say so rather than dropping it. Any of the responses may be wrong.
            """;
    private static final String FORM = """

            Write under the heading "# SUMMARY" what the responses share and where they conflict. Then write under \
            the heading "# UNIFIED RESPONSE" the one merged response. Its last sentence must hold the final answer \
            as \\boxed{answer}.
            """;

    @Override
    public String of(Optional<String> question, List<Response> responses) {
        return ResponseList.of(TASK.formatted(responses.size()), "## PROBLEM", question, responses) + FORM;
    }
}
