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
        StringBuilder prompt = new StringBuilder(TASK.formatted(responses.size()));
        question.ifPresent(text -> prompt.append("\n## PROBLEM\n").append(text).append('\n'));
        for (int number = 1; number <= responses.size(); number++) {
            Response response = responses.get(number - 1);
            prompt.append("\n## RESPONSE ").append(number).append(response.cut() ? " (its beginning left out)" : "")
                    .append(response.truncated() ? " (broken off before its end)" : "").append('\n')
                    .append(response.text()).append('\n');
        }
        return prompt.append(FORM).toString();
    }
}
