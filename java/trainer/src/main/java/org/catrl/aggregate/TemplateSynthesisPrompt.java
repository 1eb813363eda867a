package org.catrl.aggregate;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.catrl.lm.ShownText;

/**
 * A recipe's own prompt, for models trained on one fixed form: prefix, the responses with a separator between them,
 * suffix. The question, where the recipe lets the anchor see it, comes first. A separator or suffix within a response
 * would begin another one, or end them all, so there it becomes a space.
 *
 * @param prefix    before the first response
 * @param separator between two responses
 * @param suffix    after the last response
 * @param truncated what follows a response that was broken off; may be empty for models trained without a mark
 */
public record TemplateSynthesisPrompt(String prefix, String separator, String suffix, String truncated)
        implements SynthesisPrompt {
    @Override
    public String of(Optional<String> question, List<Response> responses) {
        return question.orElse("") + responses.stream()
                .map(response -> ShownText.without(response.text(), separator, suffix)
                        + (response.truncated() ? truncated : ""))
                .collect(Collectors.joining(separator, prefix, suffix));
    }
}
