package org.catrl.lm;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How prompts are put into the model's chat template.
 *
 * <pre>{@code
 * ChatSettings terse = new ChatSettings(Optional.of("Answer in one word."), Map.of("enable_thinking", false));
 * }</pre>
 *
 * @param system    a message before each prompt that has none of its own
 * @param variables those of the template, e.g. enable_thinking
 */
public record ChatSettings(Optional<String> system, Map<String, Object> variables) {
    /** Settings without a system message and without variables. */
    public static final ChatSettings PLAIN = new ChatSettings(Optional.empty(), Map.of());

    public ChatSettings {
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
    }
}
