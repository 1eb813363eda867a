package org.catrl.train;

import static org.catrl.setting.SettingException.require;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.data.Example;
import org.catrl.generate.RequestException;
import org.catrl.lm.ModelWeights;
import org.catrl.lm.PromptEncoder;
import org.catrl.model.LoadListener;
import org.catrl.model.MicroBatches;
import org.catrl.model.ModelConfig;
import org.catrl.model.Transformer;
import org.catrl.model.Weights;
import org.catrl.text.HuggingFaceTokenizer;
import org.catrl.train.ExampleEncoder.Encoded;

/**
 * Supervised fine-tuning: cross-entropy of the completions given their prompts, each completion token of a batch
 * weighing the same. Prompts are read, never learned; they are written as rollouts read them, see
 * {@link ExampleEncoder}.
 */
public final class Sft implements AutoCloseable {
    private final ModelWeights weights;
    private final HuggingFaceTokenizer tokenizer;
    private final ExampleEncoder encoder;
    private final Transformer transformer;
    private final Learner learner;
    private final String initialSha256;
    private final int microBatchTokens;
    private long numTokens;

    private Sft(ModelWeights weights, HuggingFaceTokenizer tokenizer, PromptEncoder prompts, SftSettings settings) {
        this.weights = weights;
        this.tokenizer = tokenizer;
        this.encoder = new ExampleEncoder(weights.weights().config(), tokenizer, prompts, settings.appendEos());
        this.microBatchTokens = settings.microBatchTokens();
        this.transformer = new Transformer(weights.weights(), settings.transformer());
        this.learner = new Learner(weights.weights(), transformer, settings.optimizer(),
                new LearningRateSchedule(settings.optimizer(), settings.totalSteps()));
        this.initialSha256 = weights.sha256();
    }

    /**
     * Starts from random weights, a pure function of the seed.
     *
     * @param folder holds config.json and the tokenizer
     */
    public static Sft fromRandom(Backend backend, Path folder, long seed, SftSettings settings) throws IOException {
        require(settings.lora().isEmpty(), "lora", settings.lora(), "left out where weights are random");
        return open(ModelWeights.of(folder, Weights.random(backend, ModelConfig.read(folder), seed, "weights",
                settings.storage())), settings);
    }

    /**
     * Starts from the folder's weights.
     *
     * @param seed     the seed of a new adapter
     * @param listener hears how far the loading is
     */
    public static Sft fromWeights(Backend backend, Path folder, long seed, SftSettings settings,
                                  LoadListener listener) throws IOException {
        return open(ModelWeights.open(backend, folder, settings.storage(), settings.lora(), true, seed, listener),
                settings);
    }

    private static Sft open(ModelWeights weights, SftSettings settings) throws IOException {
        HuggingFaceTokenizer tokenizer = null;
        try {
            tokenizer = HuggingFaceTokenizer.load(weights.folder());
            PromptEncoder prompts = PromptEncoder.of(weights.folder(), tokenizer, settings.chat());
            return new Sft(weights, tokenizer, prompts, settings);
        } catch (IOException | RuntimeException | Error e) {
            if (tokenizer != null) {
                tokenizer.close();
            }
            weights.close();
            throw e;
        }
    }

    /**
     * One optimizer step over a batch of examples.
     *
     * @throws RequestException   when an example is longer than the model's context
     * @throws NotFiniteException before any weight is touched, or when the update left one that is not finite
     */
    public SftMetrics step(List<Example> batch) {
        long start = System.nanoTime();
        List<Encoded> sequences = batch.stream().map(encoder::encode).toList();
        long targets = sequences.stream().mapToLong(sequence -> sequence.completion().length).sum();
        double[] logProbs = new double[1];
        learner.begin();
        for (List<Encoded> micro : MicroBatches.split(sequences, Encoded::rows, microBatchTokens)) {
            learner.accumulate(micro.stream().map(Encoded::prompt).toList(),
                    micro.stream().map(Encoded::completion).toList(), 1,
                    (dlogp, logp, entropy, n) -> logProbs[0] = crossEntropy(dlogp, logp, targets, logProbs[0]));
        }
        double loss = -logProbs[0] / targets;
        if (!Double.isFinite(loss)) {
            throw new NotFiniteException("the loss", loss, learner.where());
        }
        Learner.Step step = learner.step();
        long tokens = sequences.stream().mapToLong(Encoded::rows).sum() + batch.size();
        numTokens += tokens;
        return new SftMetrics(loss, step.gradNorm(), step.learningRate(), tokens,
                (System.nanoTime() - start) / 1e9);
    }

    /** The sum, continued token by token, so that a split into micro-batches changes no bit of the loss either. */
    private double crossEntropy(Buffer dlogp, Buffer logp, long targets, double sum) {
        weights.weights().backend().fill(dlogp, -1.0 / targets);
        double total = sum;
        for (float value : logp.floats()) {
            total += value;
        }
        return total;
    }

    /**
     * Writes a complete Hugging Face folder; with an adapter, PEFT's folder of it.
     *
     * @throws NotFiniteException when a weight or a moment of the optimizer is not finite: nothing is written
     */
    public void save(Path target) throws IOException {
        learner.requireFit();
        weights.save(target);
    }

    /** Takes the host's memory for snapshots now, so that the first one takes no longer than the others. */
    public void prepareSnapshots() {
        learner.prepareSnapshots();
    }

    /**
     * A copy of what has been learned, which another thread may save; see {@link Policy#snapshot}.
     *
     * @throws NotFiniteException when a weight or a moment of the optimizer is not finite
     */
    public Snapshot snapshot() {
        return learner.snapshot(weights, numTokens);
    }

    /**
     * Goes on from where a {@link Snapshot} was saved.
     *
     * @throws org.catrl.model.ModelFormatException naming the file and what is wrong with it; this is not to be used
     *                                              then
     */
    public void restore(Path checkpoint) throws IOException {
        numTokens = learner.restore(weights, checkpoint);
    }

    /** The optimizer steps made so far. */
    public int steps() {
        return learner.steps();
    }

    /** The SHA-256 of what learns. */
    public String sha256() {
        return weights.sha256();
    }

    /**
     * The SHA-256 of the weights at the start: with an adapter that of the weights beside it and, behind a +, its own.
     */
    public String initialSha256() {
        return weights.frozen().map(base -> base.sha256() + "+" + initialSha256).orElse(initialSha256);
    }

    @Override
    public void close() {
        learner.close();
        transformer.close();
        tokenizer.close();
        weights.close();
    }
}
