package org.catrl.lm;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.catrl.model.ModelConfig;
import org.catrl.text.Tokenizer;

/**
 * The tokens that end a completion of a model: those that generation_config.json and config.json name, and the
 * eos_token of tokenizer_config.json.
 *
 * <pre>{@code
 * List<Integer> stop = EndTokens.of(weights.config(), tokenizer).all();
 * }</pre>
 *
 * @param all    every one of them ends a completion; none where no file names any
 * @param ofText the one that a text outside a chat template is taught to end in: the tokenizer's, else the first
 */
public record EndTokens(List<Integer> all, OptionalInt ofText) {
    public EndTokens {
        all = List.copyOf(all);
    }

    /** Those of a model. */
    public static EndTokens of(ModelConfig config, Tokenizer tokenizer) {
        Set<Integer> all = new LinkedHashSet<>(config.eosTokens());
        tokenizer.endToken().ifPresent(all::add);
        OptionalInt first = all.stream().mapToInt(Integer::intValue).findFirst();
        return new EndTokens(List.copyOf(all), tokenizer.endToken().isPresent() ? tokenizer.endToken() : first);
    }
}
