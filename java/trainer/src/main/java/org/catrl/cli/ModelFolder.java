package org.catrl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.catrl.data.DataException;
import org.catrl.model.ModelConfig;
import org.catrl.model.ModelFormatException;
import org.catrl.text.HuggingFaceTokenizer;

/** A Hugging Face folder without its weights: what is checked before anything large is loaded. */
record ModelFolder(Path folder, ModelConfig config, HuggingFaceTokenizer tokenizer) implements AutoCloseable {
    /** Vocabularies are padded to multiples of at most this for the hardware's sake; a wider gap is another model's. */
    private static final int LARGEST_PADDING = 512;

    /** @throws ModelFormatException also when the tokenizer and the configuration are not of the same model */
    static ModelFolder open(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new ModelFormatException(folder, "there is no such model folder");
        }
        ModelConfig config = ModelConfig.read(folder);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(folder);
        try {
            checkVocabulary(folder, config, tokenizer.size());
            return new ModelFolder(folder, config, tokenizer);
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

    @Override
    public void close() {
        tokenizer.close();
    }
}
