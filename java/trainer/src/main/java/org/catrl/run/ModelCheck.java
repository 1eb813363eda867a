package org.catrl.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.catrl.data.DataException;
import org.catrl.data.Prompt;
import org.catrl.lm.ChatSettings;
import org.catrl.lm.ModelFiles;
import org.catrl.lm.PromptEncoder;
import org.catrl.model.LoraFiles;
import org.catrl.model.ModelConfig;
import org.catrl.model.ModelFormatException;
import org.catrl.recipe.Recipe;
import org.catrl.text.ChatTemplate;
import org.catrl.text.HuggingFaceTokenizer;

/**
 * What is checked of a Hugging Face folder before anything large is loaded.
 *
 * <pre>{@code
 * int longest = ModelCheck.fits(recipe.run().model(), Task.of(recipe), recipe);
 * }</pre>
 */
public final class ModelCheck {
    /** Vocabularies are padded to multiples of at most this for the hardware's sake; a wider gap is another model's. */
    private static final int LARGEST_PADDING = 512;

    private ModelCheck() { }

    /**
     * A check of configuration and tokenizer.
     *
     * @throws ModelFormatException when they are not there, or not of the same model
     */
    public static void folder(Path folder) throws IOException {
        open(folder).close();
    }

    /**
     * A check of the folder, and of every prompt with it.
     *
     * @return the tokens of the longest prompt
     * @throws DataException when a prompt and its longest completion do not fit the context together
     */
    public static int fits(Path folder, Task task, Recipe recipe) throws IOException {
        int positions = ModelConfig.read(existing(folder)).maxPositions();
        try (HuggingFaceTokenizer tokenizer = open(folder)) {
            int longest = 1;
            PromptEncoder encoder = encoder(folder, tokenizer, recipe);
            for (Prompt prompt : task.examplePrompts()) {
                int tokens = encoder.encode(prompt).length;
                fits(prompt.text(), tokens, recipe.task().sampling().maxCompletionLength(), positions);
                longest = Math.max(longest, tokens);
            }
            return longest;
        }
    }

    private static PromptEncoder encoder(Path folder, HuggingFaceTokenizer tokenizer, Recipe recipe)
            throws IOException {
        Optional<ChatSettings> chat = recipe.task().chat().settings(folder);
        return chat.isEmpty() ? PromptEncoder.plain(tokenizer) : PromptEncoder.chat(tokenizer,
                ChatTemplate.load(existing(folder)).orElseThrow(), chat.get());
    }

    private static HuggingFaceTokenizer open(Path folder) throws IOException {
        Path model = existing(folder);
        int vocab = ModelConfig.read(model).vocab();
        ModelFiles.check(model);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(model);
        int tokens = tokenizer.size();
        if (tokens > vocab || vocab - tokens >= LARGEST_PADDING) {
            tokenizer.close();
            throw new ModelFormatException(model, "tokenizer.json has " + tokens + " tokens, but config.json says "
                    + "vocab_size " + vocab + "; the two are not of the same model");
        }
        return tokenizer;
    }

    /** The folder of configuration and tokenizer. */
    private static Path existing(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new ModelFormatException(folder, "there is no such model folder");
        }
        return LoraFiles.modelFolder(folder);
    }

    private static void fits(String prompt, int tokens, int maxCompletionLength, int positions) {
        if (tokens + maxCompletionLength > positions) {
            String start = prompt.length() <= 60 ? prompt : prompt.substring(0, 60) + "...";
            throw new DataException("the prompt \"" + start + "\" has " + tokens + " tokens; with "
                    + "max_completion_length " + maxCompletionLength + " it is longer than the model's context of "
                    + positions);
        }
    }
}
