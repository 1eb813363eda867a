package org.catrl.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.data.Example;
import org.catrl.model.ModelConfig;
import org.catrl.model.Transformer;
import org.catrl.model.Weights;
import org.catrl.text.HuggingFaceTokenizer;

/**
 * Supervised fine-tuning: cross-entropy of the completions given their prompts, each completion token of a batch
 * weighing the same. Prompts are read, never learned. An example must end in its own end token, if it is to have one.
 */
public final class Sft implements AutoCloseable {
    private record Sequence(int[] prompt, int[] completion) {
        int rows() {
            return prompt.length + completion.length - 1;
        }
    }

    private final Path folder;
    private final Weights weights;
    private final HuggingFaceTokenizer tokenizer;
    private final Transformer transformer;
    private final Learner learner;
    private final int microBatchTokens;

    private Sft(Path folder, Weights weights, HuggingFaceTokenizer tokenizer, SftSettings settings) {
        this.folder = folder;
        this.weights = weights;
        this.tokenizer = tokenizer;
        this.microBatchTokens = settings.microBatchTokens();
        this.transformer = new Transformer(weights, settings.transformer());
        this.learner = new Learner(weights, transformer, settings.optimizer(),
                new LearningRateSchedule(settings.optimizer(), settings.totalSteps()));
    }

    /** Starts from random weights, a pure function of the seed. @param folder config.json and the tokenizer */
    public static Sft fromRandom(Backend backend, Path folder, long seed, SftSettings settings) throws IOException {
        return open(folder, Weights.random(backend, ModelConfig.read(folder), seed, "weights",
                settings.storage()), settings);
    }

    /** Starts from the folder's weights. */
    public static Sft fromWeights(Backend backend, Path folder, SftSettings settings) throws IOException {
        return open(folder, Weights.load(backend, folder, settings.storage(), false, "weights"), settings);
    }

    private static Sft open(Path folder, Weights weights, SftSettings settings) throws IOException {
        try {
            return new Sft(folder, weights, HuggingFaceTokenizer.load(folder), settings);
        } catch (IOException | RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    /**
     * One optimizer step.
     *
     * @throws NotFiniteException before any weight is touched
     */
    public SftMetrics step(List<Example> batch) {
        long start = System.nanoTime();
        List<Sequence> sequences = batch.stream().map(this::encode).toList();
        long targets = sequences.stream().mapToLong(sequence -> sequence.completion.length).sum();
        double[] logProbs = new double[1];
        learner.begin();
        for (List<Sequence> micro : MicroBatches.split(sequences, Sequence::rows, microBatchTokens)) {
            learner.accumulate(micro.stream().map(Sequence::prompt).toList(),
                    micro.stream().map(Sequence::completion).toList(), 1,
                    (dlogp, logp, entropy, n) -> logProbs[0] = crossEntropy(dlogp, logp, targets, logProbs[0]));
        }
        double loss = -logProbs[0] / targets;
        if (!Double.isFinite(loss)) {
            throw new NotFiniteException("the loss", loss, learner.where());
        }
        Learner.Step step = learner.step();
        return new SftMetrics(loss, step.gradNorm(), step.learningRate(),
                sequences.stream().mapToLong(Sequence::rows).sum() + batch.size(),
                (System.nanoTime() - start) / 1e9);
    }

    /** Sums token by token, so that a split into micro-batches changes no bit of the loss either. */
    private double crossEntropy(Buffer dlogp, Buffer logp, long targets, double sum) {
        weights.backend().fill(dlogp, -1.0 / targets);
        double total = sum;
        for (float value : logp.floats()) {
            total += value;
        }
        return total;
    }

    private Sequence encode(Example example) {
        Sequence sequence = new Sequence(tokenizer.encode(example.prompt()), tokenizer.encode(example.completion()));
        int most = weights.config().maxPositions();
        if (sequence.rows() + 1 > most) {
            throw new IllegalArgumentException("an example of " + (sequence.rows() + 1) + " tokens is longer than the "
                    + "model's context of " + most + ": \"" + example.prompt() + "\"");
        }
        return sequence;
    }

    /** Writes a complete Hugging Face folder. */
    public void save(Path target) throws IOException {
        weights.save(target);
        ModelFiles.copy(folder, target); // after: generation_config.json says more than the weights know
    }

    /** Of the weights. */
    public String sha256() {
        return weights.sha256();
    }

    @Override
    public void close() {
        learner.close();
        transformer.close();
        tokenizer.close();
        weights.close();
    }
}
