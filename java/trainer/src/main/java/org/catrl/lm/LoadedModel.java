package org.catrl.lm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.catrl.compute.Backend;
import org.catrl.model.LoadListener;
import org.catrl.model.LoraFiles;
import org.catrl.model.ModelFormatException;
import org.catrl.model.Weights;
import org.catrl.text.HuggingFaceTokenizer;

/**
 * A model folder in memory: its weights, its tokenizer and the way its prompts are written. {@link ModelHost}s run it.
 *
 * <pre>{@code
 * try (LoadedModel model = LoadedModel.open(backend, folder, ModelSettings.of(42), false, LoadListener.NONE);
 *      ModelHost host = model.host()) {
 *     LanguageModel judge = host.languageModel(RandomStream.JUDGE);
 * }
 * }</pre>
 */
public final class LoadedModel implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;
    private final PromptEncoder encoder;
    private final ModelWeights weights;
    private final ModelSettings settings;

    private LoadedModel(HuggingFaceTokenizer tokenizer, PromptEncoder encoder, ModelWeights weights,
                        ModelSettings settings) {
        this.tokenizer = tokenizer;
        this.encoder = encoder;
        this.weights = weights;
        this.settings = settings;
    }

    /**
     * Loads a Hugging Face folder (config.json, model.safetensors, tokenizer.json), or that of an adapter.
     *
     * @param backend  stays the caller's, and outlives the model
     * @param learns   whether the weights will be updated; a model that does not learn takes no adapter from the
     *                 settings
     * @param listener hears how far the loading is
     * @throws ModelFormatException naming the file and what is wrong with it
     */
    public static LoadedModel open(Backend backend, Path folder, ModelSettings settings, boolean learns,
                                   LoadListener listener) throws IOException {
        ModelSettings used = learns ? settings : settings.withLora(Optional.empty());
        Path files = LoraFiles.modelFolder(folder);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(files);
        try {
            PromptEncoder encoder = PromptEncoder.of(files, tokenizer, used.chat());
            ModelWeights weights = ModelWeights.open(backend, folder, used.storage(), used.lora(), learns, used.seed(),
                    listener);
            return new LoadedModel(tokenizer, encoder, weights, used);
        } catch (IOException | RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    /** The weights, with their adapter where there is one. */
    public ModelWeights weights() {
        return weights;
    }

    /** A host that runs the weights as they stand; to be closed before the model is. */
    public ModelHost host() {
        return host(weights.weights());
    }

    /** A host that runs other weights of the same shape under this tokenizer; they stay the caller's. */
    public ModelHost host(Weights other) {
        return new ModelHost(other, tokenizer, encoder, settings);
    }

    @Override
    public void close() {
        weights.close();
        tokenizer.close();
    }
}
