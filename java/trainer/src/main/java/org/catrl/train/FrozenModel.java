package org.catrl.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.catrl.compute.Backend;
import org.catrl.data.KeyedRandom;
import org.catrl.lm.LanguageModel;
import org.catrl.model.LoadListener;
import org.catrl.model.LoraFiles;
import org.catrl.text.HuggingFaceTokenizer;

/** Another model in this process, that is asked and never learns: a judge, say. One thread at a time. */
public final class FrozenModel implements AutoCloseable {
    /** Its draws are apart from the policy's, the anchor's and an adapter's. */
    private static final long DRAWS = 3;

    private final HuggingFaceTokenizer tokenizer;
    private final ModelWeights weights;
    private final ModelHost model;

    private FrozenModel(HuggingFaceTokenizer tokenizer, ModelWeights weights, ModelHost model) {
        this.tokenizer = tokenizer;
        this.weights = weights;
        this.model = model;
    }

    /**
     * Loads a Hugging Face folder, or that of an adapter.
     *
     * @param backend  stays the caller's, and outlives the model
     * @param settings what of them concerns a model that does not learn
     * @throws org.catrl.model.ModelFormatException naming the file and what is wrong with it
     */
    public static FrozenModel open(Backend backend, Path folder, PolicySettings settings, LoadListener listener)
            throws IOException {
        Path files = LoraFiles.modelFolder(folder);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(files);
        ModelWeights weights = null;
        try {
            weights = ModelWeights.open(backend, folder, settings.storage(), Optional.empty(), false, settings.seed(),
                    listener);
            return new FrozenModel(tokenizer, weights, new ModelHost(weights.weights(), tokenizer,
                    Policy.encoder(files, tokenizer, settings), settings, KeyedRandom.hash(settings.seed(), DRAWS)));
        } catch (IOException | RuntimeException | Error e) {
            if (weights != null) {
                weights.close();
            }
            tokenizer.close();
            throw e;
        }
    }

    public LanguageModel asLanguageModel() {
        return model.languageModel();
    }

    @Override
    public void close() {
        model.close();
        weights.close();
        tokenizer.close();
    }
}
