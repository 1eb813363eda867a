package org.catrl.train;

import static org.catrl.setting.SettingException.require;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.catrl.compute.Backend;
import org.catrl.compute.OneThread;
import org.catrl.data.Prompt;
import org.catrl.data.RandomStream;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.WeightsVersion;
import org.catrl.generate.DrawKey;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.LoadedModel;
import org.catrl.lm.ModelHost;
import org.catrl.lm.ModelWeights;
import org.catrl.lm.RolloutSource;
import org.catrl.lm.Scorer.Continuation;
import org.catrl.model.LoadListener;
import org.catrl.model.ModelFormatException;
import org.catrl.model.UndrawableException;
import org.catrl.model.Weights;

/**
 * A model that learns from its own rollouts, by three verbs: {@link #sample}, {@link #logProbs}, {@link #update}. What
 * it samples and what it becomes are pure functions of the initial weights, the settings and the calls made; threads
 * and batch sizes change nothing. One thread at a time: a second one that calls a verb meanwhile gets an
 * {@link IllegalStateException} that names both; {@link #close} waits for the verb at hand. The backend belongs to that
 * thread too, see {@link Backend}.
 */
public final class Policy implements RolloutSource, AutoCloseable {
    private final Backend backend;
    private final PolicySettings settings;
    private final LoadedModel loaded;
    private final ModelHost model;
    private final String initialSha256;
    private final OneThread owner = new OneThread("the policy");
    private Weights anchorWeights;
    private ModelHost anchor;
    private Learner learner;
    private long numTokens;

    private Policy(Backend backend, PolicySettings settings, LoadedModel loaded) {
        this.backend = backend;
        this.settings = settings;
        this.loaded = loaded;
        this.model = loaded.host();
        this.initialSha256 = loaded.weights().sha256();
    }

    /**
     * Loads a Hugging Face folder (config.json, model.safetensors, tokenizer.json), or that of an adapter.
     *
     * @param backend stays the caller's, and outlives the policy
     * @throws ModelFormatException naming the file and what is wrong with it
     */
    public static Policy open(Backend backend, Path folder, PolicySettings settings) throws IOException {
        return open(backend, folder, settings, LoadListener.NONE);
    }

    /**
     * Loads a folder, telling how far it is.
     *
     * @param listener hears how far the loading is
     * @throws ModelFormatException naming the file and what is wrong with it
     */
    public static Policy open(Backend backend, Path folder, PolicySettings settings, LoadListener listener)
            throws IOException {
        LoadedModel loaded = LoadedModel.open(backend, folder, settings.model(), true, listener);
        try {
            return new Policy(backend, settings, loaded);
        } catch (RuntimeException | Error e) {
            loaded.close();
            throw e;
        }
    }

    /**
     * Completions of each prompt, in order.
     *
     * @param step first part of the random key: the same step, prompt and weights always give the same completions
     * @throws NotFiniteException when the weights give logits of which nothing can be drawn
     */
    @Override
    public List<SampledGroup> sample(List<Prompt> prompts, int samples, SamplingSettings sampling, int step) {
        return sample(RandomStream.POLICY, prompts, samples, sampling, step);
    }

    /** A source of rollouts that draws from another stream: what it is asked changes no draw of training. */
    public RolloutSource rollouts(RandomStream stream) {
        return (prompts, samples, sampling, step) -> sample(stream, prompts, samples, sampling, step);
    }

    private List<SampledGroup> sample(RandomStream stream, List<Prompt> prompts, int samples,
                                      SamplingSettings sampling, int step) {
        try {
            return owner.get("sample", () -> model.languageModel(stream).sample(prompts, samples, sampling, step,
                    version()));
        } catch (UndrawableException e) {
            throw NotFiniteException.drawing(step, e);
        }
    }

    /** The version of the weights: the optimizer steps taken so far. */
    public WeightsVersion version() {
        return new WeightsVersion(learner == null ? 0 : learner.steps());
    }

    /**
     * One completion of a prompt whose ids are known.
     *
     * @param key  the random key that draws it
     * @param text hears of the text piece by piece, as it is certain
     */
    public Rollout stream(int[] prompt, SamplingSettings sampling, DrawKey key, Consumer<String> text) {
        return owner.get("stream", () -> model.languageModel(RandomStream.POLICY).stream(prompt, sampling, key, text));
    }

    /** The log-probabilities of the groups' tokens under the policy as it is now. */
    public List<GroupLogProbs> logProbs(List<SampledGroup> groups, double temperature) {
        return owner.get("logProbs", () -> logProbs(model, groups, temperature, ModelHost.SCORING_ROWS));
    }

    /** The log-probabilities of the groups' tokens under the frozen initial weights. */
    public List<GroupLogProbs> referenceLogProbs(List<SampledGroup> groups, double temperature) {
        return owner.get("referenceLogProbs", () -> logProbs(anchorModel(), groups, temperature,
                ModelHost.SCORING_ROWS));
    }

    private static List<GroupLogProbs> logProbs(ModelHost host, List<SampledGroup> groups, double temperature,
                                                int mostRows) {
        return GroupLogProbs.of(groups, host.logProbs(groups.stream().flatMap(group -> Continuation.of(group).stream())
                .toList(), temperature, mostRows));
    }

    /** The KL estimate of each rollout against the frozen initial weights, for a KL term in the reward. */
    public KlPenalty klPenalty(List<SampledGroup> groups, double temperature, GrpoConfig config) {
        return KlPenalty.of(referenceLogProbs(groups, temperature), config.kl().klEstimator());
    }

    /**
     * One GRPO update: num_iterations x mini_batches optimizer steps.
     *
     * @param advantages those of groups that were sampled since the last update
     * @param sampling   how they were sampled; its temperature is that of the log-probabilities
     * @throws NotFiniteException before any weight is touched by the step that failed, or when an update left a weight
     *                            that is not finite
     */
    public UpdateMetrics update(Advantages advantages, SamplingSettings sampling, GrpoConfig config) {
        return owner.get("update", () -> updated(advantages, sampling, config));
    }

    private UpdateMetrics updated(Advantages advantages, SamplingSettings sampling, GrpoConfig config) {
        require(sampling.temperature() > 0, "temperature", sampling.temperature(),
                "above 0 in training: greedy completions have no log-probabilities to learn from");
        config.checkPrompts(advantages.groups().size());
        long start = System.nanoTime();
        Optional<List<GroupLogProbs>> reference = config.readsReference()
                ? Optional.of(reference(advantages, sampling.temperature(), config)) : Optional.empty();
        long scored = System.nanoTime();
        List<List<Sample>> samples = IntStream.range(0, advantages.groups().size()).mapToObj(g ->
                Sample.of(advantages.groups().get(g), reference.map(all -> all.get(g)), config)).toList();
        UpdateTally tally = new GrpoUpdate(backend, learner(), config, sampling.temperature(),
                sampling.maxCompletionLength()).run(samples);
        numTokens += samples.stream().flatMap(List::stream).mapToLong(sample -> sample.rows() + 1).sum();
        return tally.metrics(config.readsReference(), numTokens, (scored - start) / 1e9,
                (System.nanoTime() - scored) / 1e9);
    }

    private List<GroupLogProbs> reference(Advantages advantages, double temperature, GrpoConfig config) {
        return logProbs(anchorModel(), advantages.groups().stream().map(GroupAdvantages::group).toList(), temperature,
                scoringRows(config.passes().microBatchTokens()));
    }

    private static int scoringRows(int microBatchTokens) {
        return microBatchTokens == 0 ? ModelHost.SCORING_ROWS : microBatchTokens;
    }

    private Learner learner() {
        if (learner == null) {
            learner = new Learner(loaded.weights().weights(), model.transformer(), settings.optimizer(),
                    new LearningRateSchedule(settings.optimizer(), settings.totalSteps()));
        }
        return learner;
    }

    /** The policy in the role of a language model; it follows every update. */
    public LanguageModel asLanguageModel() {
        return asLanguageModel(RandomStream.POLICY);
    }

    /** The policy in another role, which draws from that role's stream. */
    public LanguageModel asLanguageModel(RandomStream stream) {
        return model.languageModel(stream);
    }

    /**
     * The frozen initial weights, with random draws of their own: anchor and KL reference alike. Beside an adapter
     * these are the weights without it; otherwise they are loaded at the first use, from the folder the policy was
     * opened from.
     */
    public LanguageModel anchor() {
        return anchor(RandomStream.ANCHOR);
    }

    /** The frozen initial weights in another role, which draws from that role's stream. */
    public LanguageModel anchor(RandomStream stream) {
        return anchorModel().languageModel(stream);
    }

    private ModelHost anchorModel() {
        if (anchor == null) {
            ModelWeights weights = loaded.weights();
            anchorWeights = weights.frozen().isPresent() ? null : initialWeights();
            anchor = loaded.host(weights.frozen().orElse(anchorWeights));
        }
        return anchor;
    }

    private Weights initialWeights() {
        try {
            Path folder = loaded.weights().folder();
            Weights initial = Weights.load(backend, folder, settings.model().storage(), true, "anchor weights");
            if (!initial.sha256().equals(initialSha256)) {
                initial.close();
                throw new ModelFormatException(folder, "its weights have changed since the policy was opened, so they "
                        + "cannot serve as the frozen initial weights; keep the folder, or ask for the anchor earlier");
            }
            return initial;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes a complete Hugging Face folder; with an adapter, PEFT's folder of it.
     *
     * @throws NotFiniteException when a weight or a moment of the optimizer is not finite: nothing is written
     */
    public void save(Path target) throws IOException {
        if (learner != null) {
            learner.requireFit();
        }
        loaded.weights().save(target);
    }

    /** SHA-256 of the frozen initial weights as they are now: what references, and the KL term, are made by. */
    public String anchorSha256() {
        return owner.get("anchorSha256", () -> loaded.weights().frozen().or(() -> Optional.ofNullable(anchorWeights))
                .map(Weights::sha256).orElse(initialSha256));
    }

    /** Takes the host's memory for snapshots now, so that the first one takes no longer than the others. */
    public void prepareSnapshots() {
        owner.run("prepareSnapshots", () -> learner().prepareSnapshots());
    }

    /**
     * A copy of what has been learned, which another thread may save; waits for whoever still saves the one before.
     *
     * @throws NotFiniteException when a weight or a moment of the optimizer is not finite
     * @throws OutOfMemoryError   when the host has not the memory for it: three times that of what learns, in F32
     */
    public Snapshot snapshot() {
        return owner.get("snapshot", () -> learner().snapshot(loaded.weights(), numTokens));
    }

    /**
     * Goes on from where a {@link Snapshot} was saved: weights, moments, steps and tokens learned from. The frozen
     * initial weights stay those of the folder that the policy was opened from.
     *
     * @throws ModelFormatException naming the file and what is wrong with it; the policy is not to be used then
     */
    public void restore(Path checkpoint) throws IOException {
        try {
            owner.run("restore", () -> restored(checkpoint));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void restored(Path checkpoint) {
        try {
            numTokens = learner().restore(loaded.weights(), checkpoint);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SHA-256 of what learns: two policies of one model that agree here are the same to the bit. */
    public String sha256() {
        return loaded.weights().sha256();
    }

    /**
     * The SHA-256 of the weights as they were opened: those of the anchor and, where an adapter learns, behind a + its
     * own.
     */
    public String initialSha256() {
        return loaded.weights().frozen().map(base -> base.sha256() + "+" + initialSha256).orElse(initialSha256);
    }

    @Override
    public void close() {
        owner.close(this::free);
    }

    private void free() {
        if (learner != null) {
            learner.close();
        }
        if (anchor != null) {
            anchor.close();
        }
        if (anchorWeights != null) {
            anchorWeights.close();
        }
        model.close();
        loaded.close();
    }
}
