package org.catrl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.catrl.aggregate.Aggregator;
import org.catrl.aggregate.Rollouts;
import org.catrl.cli.Main;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.DType;
import org.catrl.data.Example;
import org.catrl.data.Prompt;
import org.catrl.flow.Evidence;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Reward;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.Pending;
import org.catrl.model.TransformerSettings;
import org.catrl.reward.RewardDeriver;
import org.catrl.setting.SettingException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings, rewards and updates that would spoil a model: each is named, and no spoilt model is saved. */
@Tag("hostile")
class HostileTrainingTest {
    private static final double[] NOT_FINITE = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};

    @TempDir
    Path folder;

    private final StringWriter err = new StringWriter();
    private final StringWriter out = new StringWriter();

    @BeforeEach
    void makeInput() throws IOException {
        TinyModel.create(Files.createDirectories(folder.resolve("model")));
        Files.writeString(folder.resolve("prompts.jsonl"), "{\"prompt\": \"Q1=\"}\n{\"prompt\": \"Q2=\"}\n");
        Files.writeString(folder.resolve("examples.jsonl"), "{\"prompt\": \"Q1=\", \"completion\": \"2\"}\n");
        Files.writeString(folder.resolve("train.yaml"), """
                model: model
                backend: cpu
                threads: 1
                max_steps: 3
                prompts_per_step: 2
                save_steps: 1
                data: {source: jsonl, train: prompts.jsonl}
                grpo: {num_generations: 4}
                sampling: {max_completion_length: 8, cache_mb: 1, max_batch_rows: 16}
                answer: {format: pattern, pattern: '^(.)'}
                aggregator: majority
                eval: {problems: 0}
                optimizer: {lr_scheduler_type: constant, max_grad_norm: 1}
                """);
        Files.writeString(folder.resolve("sft.yaml"), """
                model: model
                backend: cpu
                threads: 1
                examples: {file: examples.jsonl, batch_size: 1, max_steps: 3}
                optimizer: {lr_scheduler_type: constant, max_grad_norm: 1}
                """);
    }

    @Test
    void theInputIsGoodUntilItIsSpoilt() {
        assertEquals(0, run("train"), err.toString());
        assertTrue(Files.exists(folder.resolve("out/model/model.safetensors")));
    }

    /** The first step has a rate of 0 and is saved; that checkpoint stays, and nothing takes its place. */
    @Test
    void aRateBeyondFloatTouchesNoWeight() {
        assertEquals(6, run("train", "optimizer.learning_rate=1e300", "optimizer.warmup_steps=2"), err.toString());
        assertSaid("the learning rate is 5.0E299 at optimizer step 2", "model.embed_tokens.weight",
                "the weights were left as they were", "the last checkpoint is " + folder.resolve("out/checkpoint-1"));
        assertFalse(Files.exists(folder.resolve("out/model")));
        assertTrue(Files.exists(folder.resolve("out/checkpoint-1/model.safetensors")));
        assertFalse(Files.exists(folder.resolve("out/checkpoint-2")));
    }

    @ParameterizedTest
    @CsvSource({"float32,''", "bfloat16,''", "float32,'lora={r: 2, lora_alpha: 4}'",
        "bfloat16,'lora={r: 2, lora_alpha: 4}'"})
    void anUpdateThatOverflowsIsNamedAndNotSaved(String dtype, String more) {
        assertEquals(6, run("train", "optimizer.learning_rate=3.4e38", "optimizer.weight_decay=3", "dtype=" + dtype,
                more.isEmpty() ? "seed=1" : more), err.toString());
        assertSaid("weight ", "is not finite after optimizer step ", "no checkpoint has been saved (save_steps, "
                + "save_minutes)");
        assertFalse(Files.exists(folder.resolve("out/model")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e300", "3.4e38"})
    void supervisedTrainingIsHeldToTheSame(String rate) {
        assertEquals(6, run("sft", "optimizer.learning_rate=" + rate), err.toString());
        assertSaid("optimizer step 1", "model.embed_tokens.weight");
        assertFalse(Files.exists(folder.resolve("out/model")));
    }

    /** Rates that no weight overflows at, and at which nothing works: whatever ends the run has a code of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"1e3", "1e9", "1e37"})
    void noRateEndsInAnErrorThatNobodyForesaw(String rate) {
        int code = run("train", "optimizer.learning_rate=" + rate, "max_steps=14", "save_steps=0");
        assertTrue(List.of(0, 6, 9).contains(code), code + ": " + err);
        assertFalse(err.toString().contains("should not happen"), err.toString());
    }

    @Test
    void whatIsSavedIsFinite() throws IOException {
        try (Backend backend = Backends.open("cpu", 1).backend();
                Sft sft = Sft.fromRandom(backend, folder.resolve("model"), 1, sftSettings(3.4e38))) {
            List<Example> batch = List.of(new Example("Q1=", "2"));
            assertThrows(NotFiniteException.class, () -> sft.step(batch));
            String message = assertThrows(NotFiniteException.class, () -> sft.save(folder.resolve("saved")))
                    .getMessage();
            assertTrue(message.contains("before it is saved"), message);
            assertFalse(Files.exists(folder.resolve("saved")));
        }
    }

    @Test
    void everySettingIsAFiniteNumber() {
        OptimizerConfig good = OptimizerConfig.trlDefaults();
        for (double bad : NOT_FINITE) {
            refused("learning_rate", bad, value -> new OptimizerConfig(value, 0.9, 0.9, 1e-8, 0, 1,
                    good.lrSchedulerType(), 0));
            refused("adam_epsilon", bad, value -> new OptimizerConfig(1, 0.9, 0.9, value, 0, 1,
                    good.lrSchedulerType(), 0));
            refused("weight_decay", bad, value -> new OptimizerConfig(1, 0.9, 0.9, 1e-8, value, 1,
                    good.lrSchedulerType(), 0));
            refused("max_grad_norm", bad, value -> new OptimizerConfig(1, 0.9, 0.9, 1e-8, 0, value,
                    good.lrSchedulerType(), 0));
            refused("temperature", bad, value -> SamplingSettings.of(value, 8, List.of()));
            refused("top_p", bad, value -> sampling(value, 0, 1));
            refused("min_p", bad, value -> sampling(1, value, 1));
            refused("repetition_penalty", bad, value -> sampling(1, 0, value));
            refused("advantage_epsilon", bad, value -> GrpoConfig.trlDefaults().toBuilder().advantageEpsilon(value)
                    .build());
            refused("beta", bad, value -> new KlTerm(value, KlPlacement.LOSS,
                    GrpoConfig.trlDefaults().kl().klEstimator()));
        }
        refused("learning_rate", -1, good::withLearningRate);
        refused("top_p", 0, value -> sampling(value, 0, 1));
        refused("top_k", -1, value -> new SamplingSettings(1, (int) value, 1, 0, 1, 8, List.of(), List.of()));
        refused("temperature", 1e7, value -> SamplingSettings.of(value, 8, List.of()));
        refused("temperature", 1e-7, value -> SamplingSettings.of(value, 8, List.of()));
    }

    private static SamplingSettings sampling(double topP, double minP, double penalty) {
        return new SamplingSettings(1, 0, topP, minP, penalty, 8, List.of(), List.of());
    }

    private static void refused(String key, double value, DoubleFunction<Object> settings) {
        String message = assertThrows(SettingException.class, () -> settings.apply(value), key).getMessage();
        assertTrue(message.startsWith(key + " is "), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "sampling.temperature=0|sampling.temperature is 0.0; it must be above 0 in training",
        "sampling.temperature=1e38|temperature is 1.0E38; it must be 0 (greedy), or from 1.0E-6 to 1000000.0",
        "sampling.temperature=-1|temperature is -1.0",
        "sampling.top_p=0|top_p is 0.0",
        "sampling.top_k=-1|top_k is -1",
        "grpo.num_generations=1|num_generations is 1",
        "max_steps=0|max_steps is 0",
        "max_empty_steps=-1|max_empty_steps is -1; it must be 0 (the run goes on) or more",
        "optimizer={lr_scheduler_type: linear, warmup_steps: 4}|warmup_steps is 4; it must be at most",
        "optimizer.learning_rate=-1|learning_rate is -1.0",
        "optimizer.learning_rate=1e999|learning_rate is 1e999; it must be a finite number"})
    void impossibleSettingsAreRefusedAtTheStart(String set, String message) {
        assertEquals(2, run("train", set), err.toString());
        assertSaid(message);
        assertFalse(Files.exists(folder.resolve("out")), "a run's folder was made");
    }

    @Test
    void aSynthesisThatCannotFitIsRefusedAtTheStart() {
        assertEquals(2, run("train", "aggregator=synthesis", "synthesis={max_completion_length: 64, template: {prefix: "
                + "R, separator: R, suffix: S, truncated: ''}}"), err.toString());
        assertSaid("synthesis.max_completion_length is 64; with the shortest prompt that can be asked, 3 tokens",
                "it must be 61 or less");
        assertFalse(Files.exists(folder.resolve("out")), "a run's folder was made");
    }

    @Test
    void aSplitThatLeavesNothingIsRefusedAtTheStart() throws IOException {
        Files.writeString(folder.resolve("prompts.jsonl"), "{\"prompt\": \"Q1=\", \"answer\": 1}\n");
        assertEquals(3, run("train", "data.split={validation: 0, test: 0.999999}"), err.toString());
        assertSaid("prompts.jsonl: data.split and data.too_long leave no prompt to train on");
        assertFalse(Files.exists(folder.resolve("out")), "a run's folder was made");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prompts_per_step=5", "grpo.micro_batch_tokens=1", "sampling.temperature=1e6",
        "sampling.temperature=1e-6", "grpo={num_generations: 2, beta: 0.1}"})
    void unusualSettingsWork(String set) {
        assertEquals(0, run("train", set), err.toString());
    }

    @Test
    void allPromptsMayBeTheSame() throws IOException {
        Files.writeString(folder.resolve("prompts.jsonl"), "{\"prompt\": \"Q1=\"}\n".repeat(4));
        assertEquals(0, run("train"), err.toString());
    }

    @Test
    void anExampleThatCannotBeLearnedIsNamedBeforeAnythingIsMade() throws IOException {
        Files.writeString(folder.resolve("examples.jsonl"), "{\"prompt\": \"Q1=\", \"completion\": \"2\"}\n"
                + "{\"prompt\": \"Q" + "1".repeat(70) + "\", \"completion\": \"2\"}\n");
        assertEquals(3, run("sft"), err.toString());
        assertSaid("examples.jsonl, example 2: an example of 73 tokens is longer than the model's context of 64");
        assertFalse(Files.exists(folder.resolve("out")), "a run's folder was made");
    }

    @Test
    void aWarmUpLongerThanASupervisedRunIsRefusedAtTheStart() {
        assertEquals(2, run("sft", "optimizer={lr_scheduler_type: linear, warmup_steps: 4}"), err.toString());
        assertSaid("warmup_steps is 4; it must be at most the optimizer steps of the run, 3");
        assertFalse(Files.exists(folder.resolve("out")), "a run's folder was made");
    }

    @Test
    void aRewardThatIsNoNumberIsNamedBeforeAnyWeightIsTouched() throws IOException {
        for (double bad : NOT_FINITE) {
            try (Backend backend = Backends.open("cpu", 1).backend(); Policy policy = policy(backend)) {
                String before = policy.sha256();
                Trainer trainer = trainer(policy, place -> place == 2 ? bad : place);
                String message = assertThrows(NotFiniteException.class, () -> trainer.step(7)).getMessage();
                assertTrue(message.startsWith("the reward mine of rollout 2 of prompt 14 in step 7 is " + bad), message);
                assertEquals(before, policy.sha256());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0.5,NO_SPREAD", "0,NO_SPREAD", "1,FINISHED"})
    void aRewardThatIsAlwaysTheSameTeachesNothing(double constant, EmptyCause cause) throws IOException {
        try (Backend backend = Backends.open("cpu", 1).backend(); Policy policy = policy(backend)) {
            LearningSignal signal = trainer(policy, place -> constant).step(0).signal();
            assertEquals(Optional.of(cause), signal.empty());
            assertTrue(signal.counts().startsWith("of 2 groups 0 abstained, 2 without spread; of 8 rollouts 8 without "
                    + "an answer, 0 without a verdict"), signal.counts());
        }
    }

    @Test
    void aRewardWithSpreadTeaches() throws IOException {
        try (Backend backend = Backends.open("cpu", 1).backend(); Policy policy = policy(backend)) {
            String before = policy.sha256();
            assertEquals(Optional.empty(), trainer(policy, place -> place).step(0).signal().empty());
            assertNotEquals(before, policy.sha256());
        }
    }

    @Test
    void noVerdictAtAllTeachesNothing() throws IOException {
        try (Backend backend = Backends.open("cpu", 1).backend(); Policy policy = policy(backend)) {
            LearningSignal signal = trainer(policy, place -> null).step(0).signal();
            assertEquals(Optional.of(EmptyCause.NO_VERDICT), signal.empty());
            assertEquals(8, signal.noVerdicts());
        }
    }

    private Policy policy(Backend backend) throws IOException {
        return Policy.open(backend, folder.resolve("model"), PolicySettings.of(3,
                OptimizerConfig.trlDefaults().withLearningRate(1e-3), 10));
    }

    private static Trainer trainer(Policy policy, IntFunction<Number> reward) {
        Aggregator one = (group, step) -> Pending.of(new PseudoReference("", Optional.of("1"), "test", List.of(), 1,
                Optional.empty()));
        return new Trainer(policy, (step, count) -> IntStream.range(0, count).mapToObj(place ->
                new Prompt(step * count + place, "Q" + place + "=")).toList(), one, new PlaceReward(reward),
                Rollouts.AFTER_HASH, new TrainerSettings(2, SamplingSettings.of(1, 8, List.of(TinyModel.END)),
                GrpoConfig.trlDefaults().toBuilder().numGenerations(4).build()));
    }

    private record PlaceReward(IntFunction<Number> byPlace) implements RewardDeriver {
        @Override
        public String name() {
            return "mine";
        }

        @Override
        public Pending<ScoredGroup> score(TaughtGroup taught, int step) {
            return Pending.of(new ScoredGroup(taught, IntStream.range(0, 4).mapToObj(place ->
                    new Reward(value(place), new Evidence.Note("by place"))).toList()));
        }

        private OptionalDouble value(int place) {
            Number value = byPlace.apply(place);
            return value == null ? OptionalDouble.empty() : OptionalDouble.of(value.doubleValue());
        }
    }

    private static SftSettings sftSettings(double rate) {
        return new SftSettings(OptimizerConfig.trlDefaults().withLearningRate(rate), 3, 0, TransformerSettings.DEFAULT,
                DType.F32, Optional.empty(), Optional.empty(), false);
    }

    private int run(String command, String... sets) {
        List<String> arguments = new ArrayList<>(List.of(command, folder.resolve(command + ".yaml").toString(), "--out",
                folder.resolve("out").toString()));
        for (String set : sets) {
            arguments.addAll(List.of("--set", set));
        }
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments.toArray(String[]::new));
    }

    private void assertSaid(String... parts) {
        for (String part : parts) {
            assertTrue(err.toString().contains(part), err.toString());
        }
    }
}
