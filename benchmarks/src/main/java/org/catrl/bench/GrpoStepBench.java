package org.catrl.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.data.Prompt;
import org.catrl.flow.Evidence;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Reward;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.generate.SamplingSettings;
import org.catrl.model.Weights;
import org.catrl.train.Advantages;
import org.catrl.train.GrpoConfig;
import org.catrl.train.OptimizerConfig;
import org.catrl.train.Policy;
import org.catrl.train.PolicySettings;
import org.catrl.train.UpdateMetrics;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A whole GRPO step through {@link Policy}: 16 prompts of 32 tokens, 8 rollouts of 96 tokens each, random rewards, one
 * update. Score: completion tokens/s.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 10)
@Measurement(iterations = 5, time = 10)
public class GrpoStepBench {
    private static final int PROMPTS = 16;
    private static final int ROLLOUTS = 8;
    private static final int PROMPT = 32;
    private static final int NEW = 96;

    @Param("2")
    public int threads;

    /** New tokens of each completion: fewer only where nothing is timed. */
    int newTokens = NEW;

    private Backend backend;
    private Path folder;
    private SamplingSettings sampling;
    private Policy policy;
    private List<Prompt> prompts;
    private final GrpoConfig config = GrpoConfig.trlDefaults();
    private int step;

    @Setup
    public void open() throws IOException {
        backend = Backends.open("cpu", threads).backend();
        sampling = SamplingSettings.of(1, newTokens, List.of());
        folder = Files.createTempDirectory("catrl-bench");
        try (Weights weights = Weights.random(backend, SmallModel.CONFIG, 1, "benchmark")) {
            weights.save(folder);
        }
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer());
        policy = Policy.open(backend, folder, PolicySettings.of(1, OptimizerConfig.trlDefaults(), 1_000_000));
        prompts = new ArrayList<>();
        for (int[] ids : SmallModel.tokens(PROMPTS, PROMPT, SmallModel.VOCAB, 2)) {
            prompts.add(new Prompt(prompts.size(), IntStream.of(ids).mapToObj(id -> "w" + id)
                    .collect(Collectors.joining(" "))));
        }
    }

    /** One word per id. */
    private static String tokenizer() {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("version", "1.0").putNull("normalizer").putNull("post_processor").putNull("decoder");
        root.putArray("added_tokens");
        root.putObject("pre_tokenizer").put("type", "WhitespaceSplit");
        ObjectNode model = root.putObject("model").put("type", "WordLevel").put("unk_token", "w0");
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < SmallModel.VOCAB; id++) {
            vocabulary.put("w" + id, id);
        }
        return root.toString();
    }

    @Benchmark
    @OperationsPerInvocation(PROMPTS * ROLLOUTS * NEW)
    public UpdateMetrics step() {
        SplittableRandom random = new SplittableRandom(step + 1);
        List<ScoredGroup> scored = policy.sample(prompts, ROLLOUTS, sampling, step++).stream()
                .map(group -> scored(group, random)).toList();
        return policy.update(Advantages.of(scored, config), sampling, config);
    }

    private static ScoredGroup scored(SampledGroup group, SplittableRandom random) {
        PseudoReference none = PseudoReference.abstain("benchmark", ROLLOUTS, "rewards are drawn");
        return new ScoredGroup(new TaughtGroup(group, none), group.rollouts().stream()
                .map(rollout -> Reward.of(random.nextInt(2), new Evidence.Note("drawn"))).toList());
    }

    @TearDown
    public void close() throws IOException {
        policy.close();
        backend.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        System.out.printf("%nPeak resident memory of the process: %s%n", Host.peakMemory());
    }
}
