package org.catrl.aggregate;

import java.util.List;
import java.util.Optional;
import org.catrl.lm.ShownText;

/** Responses one under the other, as the prompts for models that follow instructions show them. */
final class ResponseList {
    private ResponseList() { }

    /**
     * The task, the question where it is shown, and the responses, each under a numbered heading, which no response
     * can write itself.
     *
     * @param heading the line above the question
     */
    static String of(String task, String heading, Optional<String> question, List<Response> responses) {
        StringBuilder prompt = new StringBuilder(task);
        question.map(ShownText::harmless)
                .ifPresent(text -> prompt.append('\n').append(heading).append('\n').append(text).append('\n'));
        for (int number = 1; number <= responses.size(); number++) {
            Response response = responses.get(number - 1);
            prompt.append("\n## RESPONSE ").append(number).append(response.cut() ? " (its beginning left out)" : "")
                    .append(response.truncated() ? " (broken off before its end)" : "").append('\n')
                    .append(ShownText.harmless(response.text())).append('\n');
        }
        return prompt.toString();
    }
}
