package org.catrl.lm;

import java.io.IOException;
import java.nio.file.Path;
import org.catrl.compute.Backend;
import org.catrl.data.RandomStream;
import org.catrl.model.LoadListener;

/**
 * Another model in this process, that is asked and never learns: a judge, say. One thread at a time.
 *
 * <pre>{@code
 * try (FrozenModel model = FrozenModel.open(backend, folder, ModelSettings.of(42), LoadListener.NONE)) {
 *     Judge judge = new ModelJudge(model.languageModel(RandomStream.JUDGE), prompt, VerdictFormat.XML, sampling, 3);
 * }
 * }</pre>
 */
public final class FrozenModel implements AutoCloseable {
    private final LoadedModel model;
    private final ModelHost host;

    private FrozenModel(LoadedModel model) {
        this.model = model;
        this.host = model.host();
    }

    /**
     * Loads a Hugging Face folder, or that of an adapter.
     *
     * @param backend  stays the caller's, and outlives the model
     * @param listener hears how far the loading is
     * @throws org.catrl.model.ModelFormatException naming the file and what is wrong with it
     */
    public static FrozenModel open(Backend backend, Path folder, ModelSettings settings, LoadListener listener)
            throws IOException {
        LoadedModel model = LoadedModel.open(backend, folder, settings, false, listener);
        try {
            return new FrozenModel(model);
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    /** The model in a role, which draws from that role's stream; the same object whenever it is asked for. */
    public LanguageModel languageModel(RandomStream stream) {
        return host.languageModel(stream);
    }

    @Override
    public void close() {
        host.close();
        model.close();
    }
}
