package org.catrl.recipe;

import static org.catrl.setting.SettingException.require;

import java.nio.file.Path;
import org.catrl.setting.Default;
import org.catrl.setting.SettingException;

/**
 * Supervised examples from a file. Each row is one of: {@code prompt} and {@code completion}, as texts or as lists of
 * messages; {@code messages}, a conversation; {@code conversations}, the same in ShareGPT's form; {@code text}, learned
 * from its first token on. Every turn of the assistant is an example of its own. Prompts and conversations are put into
 * the model's chat template as those of rollouts are, see {@code chat}.
 *
 * <pre>{@code
 * examples: {file: examples.jsonl, batch_size: 16, max_steps: 200}
 * }</pre>
 *
 * @param file      one JSON object a line
 * @param batchSize examples a step
 * @param maxSteps  optimizer steps; the file is walked epoch after epoch, each in its own order
 * @param appendEos every completion ends in an end token: the one that the chat template writes, else the tokenizer's
 */
public record ExamplesRecipe(Path file, int batchSize, int maxSteps, @Default("true") boolean appendEos) {
    public ExamplesRecipe {
        if (file == null) {
            throw SettingException.missing("file", "examples needs a file of JSON lines");
        }
        require(batchSize >= 1, "batch_size", batchSize, "1 or more");
        require(maxSteps >= 1, "max_steps", maxSteps, "1 or more");
    }
}
