package org.catrl.train;

import static org.catrl.setting.SettingException.require;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.data.Example;
import org.catrl.lm.ModelWeights;
import org.catrl.model.LoadListener;
import org.catrl.model.MicroBatches;
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

    private final ModelWeights weights;
    private final List<Integer> end;
    private final HuggingFaceTokenizer tokenizer;
    private final Transformer transformer;
    private final Learner learner;
    private final int microBatchTokens;

    private Sft(ModelWeights weights, HuggingFaceTokenizer tokenizer, SftSettings settings) {
        this.weights = weights;
        this.end = settings.appendEos() ? weights.weights().config().eosTokens() : List.of();
        require(!settings.appendEos() || !end.isEmpty(), "append_eos", true, "false: the model names no eos_token_id");
        this.tokenizer = tokenizer;
        this.microBatchTokens = settings.microBatchTokens();
        this.transformer = new Transformer(weights.weights(), settings.transformer());
        this.learner = new Learner(weights.weights(), transformer, settings.optimizer(),
                new LearningRateSchedule(settings.optimizer(), settings.totalSteps()));
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
        try {
            return new Sft(weights, HuggingFaceTokenizer.load(weights.folder()), settings);
        } catch (IOException | RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    /**
     * One optimizer step over a batch of examples.
     *
     * @throws IllegalArgumentException when an example is longer than the model's context
     * @throws NotFiniteException       before any weight is touched
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

    /** The sum, continued token by token, so that a split into micro-batches changes no bit of the loss either. */
    private double crossEntropy(Buffer dlogp, Buffer logp, long targets, double sum) {
        weights.weights().backend().fill(dlogp, -1.0 / targets);
        double total = sum;
        for (float value : logp.floats()) {
            total += value;
        }
        return total;
    }

    private Sequence encode(Example example) {
        Sequence sequence = new Sequence(tokenizer.encode(example.prompt()), completion(example));
        int most = weights.weights().config().maxPositions();
        if (sequence.rows() + 1 > most) {
            throw new IllegalArgumentException("an example of " + (sequence.rows() + 1) + " tokens is longer than the "
                    + "model's context of " + most + ": \"" + example.prompt() + "\"");
        }
        return sequence;
    }

    private int[] completion(Example example) {
        int[] ids = tokenizer.encode(example.completion());
        int[] all = Arrays.copyOf(ids, ids.length + Math.min(1, end.size()));
        if (!end.isEmpty()) {
            all[ids.length] = end.get(0);
        }
        return all;
    }

    /** Writes a complete Hugging Face folder; with an adapter, PEFT's folder of it. */
    public void save(Path target) throws IOException {
        weights.save(target);
    }

    /** The SHA-256 of what learns. */
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
