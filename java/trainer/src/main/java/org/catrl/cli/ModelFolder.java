package org.catrl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.catrl.data.DataException;
import org.catrl.model.ModelConfig;
import org.catrl.model.ModelFormatException;
import org.catrl.text.HuggingFaceTokenizer;

/**
 * A Hugging Face folder without its weights: what they mean and how text becomes ids.
 *
 * @param stopTokens ids that end a completion
 */
record ModelFolder(Path folder, ModelConfig config, HuggingFaceTokenizer tokenizer, List<Integer> stopTokens)
        implements AutoCloseable {
    /** Vocabularies are padded to multiples of at most this for the hardware's sake; a wider gap is another model's. */
    private static final int LARGEST_PADDING = 512;
    private static final List<String> KEPT = List.of("tokenizer.json", "tokenizer_config.json",
            "special_tokens_map.json", GenerationConfig.NAME);

    /** @throws ModelFormatException also when the tokenizer and the configuration are not of the same model */
    static ModelFolder open(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new ModelFormatException(folder, "there is no such model folder");
        }
        ModelConfig config = ModelConfig.read(folder);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(folder);
        try {
            checkVocabulary(folder, config, tokenizer.size());
            return new ModelFolder(folder, config, tokenizer, GenerationConfig.stopTokens(folder, config));
        } catch (IOException | RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    private static void checkVocabulary(Path folder, ModelConfig config, int tokens) throws ModelFormatException {
        if (tokens > config.vocab() || config.vocab() - tokens >= LARGEST_PADDING) {
            throw new ModelFormatException(folder, "tokenizer.json has " + tokens + " tokens, but config.json says "
                    + "vocab_size " + config.vocab() + "; the two are not of the same model");
        }
    }

    /** @throws DataException when a prompt and its longest completion do not fit the context together */
    void checkFits(String prompt, int maxCompletionLength) {
        int tokens = tokenizer.encode(prompt).length;
        if (tokens + maxCompletionLength > config.maxPositions()) {
            String start = prompt.length() <= 60 ? prompt : prompt.substring(0, 60) + "...";
            throw new DataException("the prompt \"" + start + "\" has " + tokens + " tokens; with "
                    + "max_completion_length " + maxCompletionLength + " it is longer than the model's context of "
                    + config.maxPositions());
        }
    }

    /** Copies what {@link org.catrl.model.Weights#save} does not write: tokenizer and generation settings. */
    void copyTo(Path target) throws IOException {
        Files.createDirectories(target);
        for (String name : KEPT) {
            if (Files.exists(folder.resolve(name))) {
                Files.copy(folder.resolve(name), target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
