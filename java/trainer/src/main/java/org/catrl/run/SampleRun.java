package org.catrl.run;

import java.io.IOException;
import java.nio.file.Path;
import org.catrl.compute.Backend;
import org.catrl.flow.Rollout;
import org.catrl.generate.DrawKey;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.ModelSettings;
import org.catrl.lm.PromptEncoder;
import org.catrl.model.LoraFiles;
import org.catrl.model.ModelConfig;
import org.catrl.recipe.StorageName;
import org.catrl.text.HuggingFaceTokenizer;
import org.catrl.train.OptimizerConfig;
import org.catrl.train.Policy;
import org.catrl.train.PolicySettings;

/**
 * Samples of one prompt, piece by piece as they are made.
 *
 * <pre>{@code
 * SampleRun run = new SampleRun(Path.of("models/arithmetic"), StorageName.FLOAT32, 42);
 * run.sample(backend, run.idsOf("Q1234+5678+9012="), SamplingSettings.of(0, 40, List.of()), 1, RunListener.SILENT,
 *         hearer);
 * }</pre>
 *
 * @param model   a Hugging Face folder, or PEFT's of an adapter
 * @param storage what passes read and store
 * @param seed    the seed of the draws
 */
public record SampleRun(Path model, StorageName storage, long seed) {
    private static final int FALLBACK_CONTEXT = 4096;

    /** A listener that hears what is sampled. */
    public interface Hearer {
        /** Hears the next piece of a sample's text, as soon as it is there. */
        void piece(String text);

        /** Hears that a sample is complete. */
        void complete(Rollout rollout);
    }

    /**
     * A check of the folder, before anything large is loaded.
     *
     * @throws org.catrl.model.ModelFormatException when the folder holds no model
     */
    public void check() throws IOException {
        ModelCheck.folder(model);
    }

    /** The token ids of a text as it is, with the special tokens that the model's tokenizer puts around it. */
    public int[] idsOf(String text) throws IOException {
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(LoraFiles.modelFolder(model))) {
            return PromptEncoder.plain(tokenizer).encodeText(text);
        }
    }

    /** The token ids of a conversation in the model's chat template, which writes the special tokens itself. */
    public int[] idsOf(Conversation conversation) throws IOException {
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(LoraFiles.modelFolder(model))) {
            return tokenizer.encode(conversation.written(LoraFiles.modelFolder(model)));
        }
    }

    /**
     * Draws samples one after the other.
     *
     * @param prompt   its token ids
     * @param listener hears how far the weights are loaded
     */
    public void sample(Backend backend, int[] prompt, SamplingSettings settings, int samples, RunListener listener,
                       Hearer hearer) throws IOException {
        PolicySettings hosting = hosting(prompt.length, settings.maxCompletionLength());
        try (Policy policy = Policy.open(backend, model, hosting, listener::loading)) {
            for (int i = 0; i < samples; i++) {
                hearer.complete(policy.stream(prompt, settings, DrawKey.rollout(0, i), hearer::piece));
            }
        }
    }

    /** The settings with a cache for this prompt and its answer, not for the longest that the model could take. */
    private PolicySettings hosting(int prompt, int maxCompletionLength) throws IOException {
        ModelConfig config = ModelConfig.read(LoraFiles.modelFolder(model));
        long positions = Math.min(config.maxPositions(),
                Math.max(FALLBACK_CONTEXT, 2L * (prompt + maxCompletionLength)));
        long bytes = 2L * config.layers() * config.heads().keyValueWidth() * positions * Float.BYTES;
        return new PolicySettings(ModelSettings.of(seed).withStorage(storage.type()).withCacheBytes(Math.max(bytes, 1)),
                OptimizerConfig.trlDefaults(), 1);
    }
}
