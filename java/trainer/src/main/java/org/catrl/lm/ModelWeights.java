package org.catrl.lm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.catrl.compute.Backend;
import org.catrl.compute.DType;
import org.catrl.data.RandomStream;
import org.catrl.model.LoadListener;
import org.catrl.model.LoraAdapter;
import org.catrl.model.LoraFiles;
import org.catrl.model.LoraSettings;
import org.catrl.model.ModelFormatException;
import org.catrl.model.TrainingState;
import org.catrl.model.Weights;

/**
 * The weights of a folder, with their adapter where the folder holds one or one is to learn.
 *
 * <pre>{@code
 * try (ModelWeights weights = ModelWeights.open(backend, folder, DType.F32, Optional.empty(), false, 0,
 *         LoadListener.NONE)) {
 *     weights.export(target, DType.BF16);
 * }
 * }</pre>
 */
public final class ModelWeights implements AutoCloseable {
    private final Path folder;
    private final Weights base;
    private final LoraAdapter adapter;

    private ModelWeights(Path folder, Weights base, LoraAdapter adapter) {
        this.folder = folder;
        this.base = base;
        this.adapter = adapter;
    }

    /**
     * Loads a Hugging Face folder, or PEFT's folder of an adapter together with the model that it names.
     *
     * @param lora     an adapter to learn in place of the weights; a new one, unless the folder holds one
     * @param learns   whether they will be updated
     * @param seed     the seed of a new adapter
     * @param listener hears how far the loading is
     * @throws ModelFormatException naming the file and what is wrong with it
     */
    public static ModelWeights open(Backend backend, Path folder, DType storage, Optional<LoraSettings> lora,
                                    boolean learns, long seed, LoadListener listener) throws IOException {
        Path model = LoraFiles.modelFolder(folder);
        boolean saved = LoraFiles.isAdapter(folder);
        boolean adapted = saved || lora.isPresent();
        ModelFiles.check(model);
        Weights base = Weights.load(backend, model, storage, adapted || !learns, "weights", listener);
        try {
            LoraAdapter adapter = saved ? LoraFiles.load(base, folder, "adapter") : lora.map(settings ->
                    LoraAdapter.random(base, settings, RandomStream.ADAPTER.seed(seed), "adapter")).orElse(null);
            if (saved && lora.isPresent() && !lora.get().equals(adapter.settings())) {
                adapter.close();
                throw new ModelFormatException(folder.resolve(LoraFiles.CONFIG), "is an adapter of "
                        + adapter.settings() + ", but the run asks for " + lora.get() + "; leave lora out to go on "
                        + "with it as it is");
            }
            return new ModelWeights(model, base, adapter);
        } catch (IOException | RuntimeException | Error e) {
            base.close();
            throw e;
        }
    }

    /**
     * Weights that are all there is, not yet in a folder.
     *
     * @param folder holds their configuration and tokenizer
     */
    public static ModelWeights of(Path folder, Weights weights) {
        return new ModelWeights(folder, weights, null);
    }

    /** The folder of configuration and tokenizer: of an adapter, its model's. */
    public Path folder() {
        return folder;
    }

    /** The weights as they compute and learn, an adapter with them. */
    public Weights weights() {
        return adapter == null ? base : base.with(adapter);
    }

    /** The weights beside an adapter, which stay as they are; empty when it is they that learn. */
    public Optional<Weights> frozen() {
        return adapter == null ? Optional.empty() : Optional.of(base);
    }

    /** Writes a complete Hugging Face folder; of an adapter, PEFT's folder of it. */
    public void save(Path target) throws IOException {
        if (adapter != null) {
            LoraFiles.save(adapter, folder, target);
        } else {
            base.save(target);
            ModelFiles.copy(folder, target); // after: generation_config.json says more than the weights know
        }
    }

    /** Writes the same files, the weights as a state of them has them; by any thread. */
    public void save(Path target, TrainingState state) throws IOException {
        if (adapter != null) {
            LoraFiles.save(adapter, state, folder, target);
        } else {
            base.save(target, state);
            ModelFiles.copy(folder, target);
        }
    }

    /**
     * Reads what {@link #save} has written of the same model in place of what learns.
     *
     * @throws ModelFormatException naming the file and what is wrong with it
     */
    public void restore(Path saved) throws IOException {
        if (adapter != null) {
            LoraFiles.restore(adapter, saved);
        } else {
            base.restore(saved);
        }
    }

    /**
     * Writes a complete Hugging Face folder, an adapter merged into the weights.
     *
     * @param type what is stored on disk
     */
    public void export(Path target, DType type) throws IOException {
        if (adapter == null) {
            base.save(target, type);
        } else {
            try (Weights merged = weights().merged("merged weights")) {
                merged.save(target, type);
            }
        }
        ModelFiles.copy(folder, target);
    }

    /** SHA-256 of what learns: two that agree here, of one model, are the same to the bit. */
    public String sha256() {
        return adapter == null ? base.sha256() : adapter.sha256();
    }

    @Override
    public void close() {
        if (adapter != null) {
            adapter.close();
        }
        base.close();
    }
}
