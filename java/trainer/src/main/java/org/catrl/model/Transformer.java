package org.catrl.model;

import java.util.ArrayList;
import java.util.List;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;

/**
 * Log-probabilities of packed sequences, and the gradient of a loss over them. Its memory is used again on every call
 * and grows to the largest batch seen.
 */
public final class Transformer implements AutoCloseable {
    private final Weights weights;
    private final Backend backend;
    private final ModelConfig config;
    private final TransformerSettings settings;
    private final Embedding embedding;
    private final List<Layer> layers;
    private final Head head;
    private final RotaryTables rotary;
    private final Workspace batches;
    private final Workspace scoring;
    private final Workspace training;

    /** Passes over these weights, whose owner closes them; their memory is taken when it is first needed. */
    public Transformer(Weights weights, TransformerSettings settings) {
        this.weights = weights;
        this.backend = weights.backend();
        this.config = weights.config();
        this.settings = settings;
        embedding = new Embedding(weights);
        layers = Layer.all(weights);
        head = new Head(weights, settings.logitBytes());
        rotary = new RotaryTables(backend, config, "rotary table");
        batches = new Workspace(backend, weights.storage(), "batch");
        scoring = new Workspace(backend, weights.storage(), "scoring activations");
        training = new Workspace(backend, weights.storage(), "training activations");
    }

    /**
     * The log-probability of every completion token, in order, under the distribution at this temperature.
     *
     * @param logProbs written, {@link PackedBatch#completionTokens} of them
     * @param entropy  written, the entropy of each token's distribution in nats; or null
     */
    public void logProbs(PackedBatch packed, double temperature, float[] logProbs, float[] entropy) {
        Head.Pass pass = score(packed, temperature);
        pass.logp().read(0, logProbs, 0, pass.n());
        if (entropy != null) {
            pass.entropy().read(0, entropy, 0, pass.n());
        }
    }

    /**
     * The distance of each completion token's distribution from one that knows nothing: the KL divergence of the
     * uniform distribution from it, in nats (self-certainty, arXiv 2502.18581).
     *
     * @param certainty written, {@link PackedBatch#completionTokens} of them
     */
    public void selfCertainty(PackedBatch packed, double temperature, float[] certainty) {
        Head.Pass pass = score(packed, temperature);
        float[] lse = new float[pass.n()];
        pass.lse().read(0, lse, 0, pass.n());
        head.meanLogits(scoring, pass).read(0, certainty, 0, pass.n());
        for (int i = 0; i < pass.n(); i++) {
            certainty[i] = (float) (lse[i] - certainty[i] * inverse(temperature) - Math.log(config.vocab()));
        }
    }

    private Head.Pass score(PackedBatch packed, double temperature) {
        DeviceBatch batch = place(packed);
        scoring.rewind();
        Buffer x = embed(scoring, batch);
        Activations activations = Activations.inPlace(scoring, weights, batch.rows().count(), x);
        KvCache cache = new KvCache(backend, scoring, config.heads(), 1, packed.blocks());
        for (int layer = 0; layer < layers.size(); layer++) {
            layers.get(layer).forward(x, x, activations, context(batch, layer, cache, 0));
        }
        return head.forward(scoring, x, batch, inverse(temperature));
    }

    /** Adds to {@code gradients} the gradient of a loss over the completion tokens' log-probabilities. */
    public void accumulate(PackedBatch packed, double temperature, Gradients gradients, TokenLoss loss) {
        DeviceBatch batch = place(packed);
        training.rewind();
        Kept kept = forward(packed, batch);
        Head.Pass pass = head.forward(training, kept.inputs().get(layers.size()), batch, inverse(temperature));
        Buffer dlogp = training.floats(pass.n());
        backend.fill(dlogp, 0);
        loss.apply(dlogp, pass.logp(), pass.entropy(), pass.n());
        backward(batch, kept, pass, dlogp, gradients);
    }

    /**
     * What the backward reads: each layer's input and the last one's output; with recompute, one layer's activations.
     */
    private record Kept(List<Buffer> inputs, List<Activations> activations, KvCache cache) { }

    private Kept forward(PackedBatch packed, DeviceBatch batch) {
        long rows = batch.rows().count();
        int kept = settings.recompute() ? 1 : layers.size();
        KvCache cache = new KvCache(backend, training, config.heads(), kept, packed.blocks());
        List<Activations> activations = new ArrayList<>();
        for (int i = 0; i < kept; i++) {
            activations.add(Activations.kept(training, weights, rows));
        }
        List<Buffer> inputs = new ArrayList<>();
        inputs.add(embed(training, batch));
        for (int layer = 0; layer < layers.size(); layer++) {
            inputs.add(training.stored(rows * config.width()));
            layers.get(layer).forward(inputs.get(layer + 1), inputs.get(layer), activations.get(layer % kept),
                    context(batch, layer, cache, layer % kept));
        }
        return new Kept(inputs, activations, cache);
    }

    private void backward(DeviceBatch batch, Kept kept, Head.Pass pass, Buffer dlogp, Gradients gradients) {
        int rows = batch.rows().count();
        Buffer residual = training.stored((long) rows * config.width());
        backend.fill(residual, 0);
        head.backward(training, residual, rows, pass, dlogp, gradients);
        LayerGradients scratch = LayerGradients.of(training, weights, rows);
        for (int layer = layers.size() - 1; layer >= 0; layer--) {
            int slot = layer % kept.activations().size();
            Activations activations = kept.activations().get(slot);
            Layer.Context context = context(batch, layer, kept.cache(), slot);
            if (settings.recompute()) {
                layers.get(layer).inner(kept.inputs().get(layer), activations, context);
            }
            layers.get(layer).backward(residual, kept.inputs().get(layer), activations, scratch,
                    gradients, context);
        }
        if (gradients.embedding() != null) {
            embedding.backward(gradients.embedding(), residual, batch.ids(), rows);
        }
    }

    private DeviceBatch place(PackedBatch packed) {
        batches.rewind();
        rotary.reserve(packed.longest());
        return packed.place(batches);
    }

    private Buffer embed(Workspace workspace, DeviceBatch batch) {
        int rows = batch.rows().count();
        Buffer x = workspace.stored((long) rows * config.width());
        embedding.forward(x, batch.ids(), rows);
        return x;
    }

    private Layer.Context context(DeviceBatch batch, int layer, KvCache cache, int slot) {
        return new Layer.Context(batch.rows(), rotary.of(layer), cache.keys(slot), cache.values(slot));
    }

    /** The inverse of the temperature as the sampler's settings hold it, in F32: so that both scale logits alike. */
    private static double inverse(double temperature) {
        if (!(temperature > 0)) {
            throw new IllegalArgumentException("temperature is " + temperature + "; log-probabilities want it above 0");
        }
        return 1 / (double) (float) temperature;
    }

    @Override
    public void close() {
        rotary.close();
        batches.close();
        scoring.close();
        training.close();
    }
}
