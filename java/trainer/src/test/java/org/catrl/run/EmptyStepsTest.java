package org.catrl.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catrl.aggregate.Aggregator;
import org.catrl.aggregate.AggregatorProvider;
import org.catrl.cli.Main;
import org.catrl.compute.reference.ReferenceBackend;
import org.catrl.flow.Evidence;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Reward;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Pending;
import org.catrl.model.ModelConfig;
import org.catrl.model.Weights;
import org.catrl.record.RecordedLines;
import org.catrl.reward.RewardDeriver;
import org.catrl.reward.RewardProvider;
import org.catrl.text.AnswerFormat;
import org.catrl.train.LearningSignal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps from which nothing can be learned: told once, and the end of the run where there are too many in a row. */
@Tag("hostile")
class EmptyStepsTest {
    private static final LearningSignal TAUGHT = new LearningSignal(2, 8, Map.of(), 0, 1, 0, 4, false);
    private static final LearningSignal ABSTAINED = new LearningSignal(2, 8, Map.of("no rollout holds an answer", 2), 0,
            0, 8, 0, false);
    private static final LearningSignal ALL_RIGHT = new LearningSignal(2, 8, Map.of(), 0, 2, 0, 0, true);

    private static final String BEHAVIOUR = "org.catrl.run.EmptyStepsTest.behaviour";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void onlyStepsInARowAreCounted() {
        EmptySteps empty = new EmptySteps(2);
        assertTrue(empty.after(ABSTAINED).orElseThrow().startsWith("nothing can be learned from this step: every "
                + "reference abstained (of 2 groups 2 abstained (no rollout holds an answer: 2 groups)"));
        assertEquals(Optional.empty(), empty.stop());
        assertEquals(Optional.empty(), empty.after(TAUGHT));
        assertEquals(0, empty.inARow());
        assertEquals(Optional.empty(), empty.after(ABSTAINED), "it is told once");
        assertEquals(Optional.empty(), empty.stop());
        empty.after(ABSTAINED);
        RunStop stop = empty.stop().orElseThrow();
        assertEquals(RunStop.Cause.ABSTAINED, stop.cause());
        assertTrue(stop.isFailure());
        assertTrue(stop.message().startsWith("stopped after 2 steps in a row"), stop.message());
    }

    @Test
    void zeroNeverEndsARun() {
        EmptySteps empty = new EmptySteps(0);
        for (int step = 0; step < 50; step++) {
            empty.after(ABSTAINED);
            assertEquals(Optional.empty(), empty.stop());
        }
    }

    /** Where everything is right a task is learned: but only where something had been learned, and all steps say so. */
    @Test
    void aTaskThatIsLearnedIsNoFailure() {
        assertFalse(stop(TAUGHT, ALL_RIGHT, ALL_RIGHT).isFailure());
        assertTrue(stop(ALL_RIGHT, ALL_RIGHT).isFailure());
        assertEquals(RunStop.Cause.NO_SPREAD, stop(TAUGHT, ABSTAINED, ALL_RIGHT).cause());
    }

    private static RunStop stop(LearningSignal... signals) {
        EmptySteps empty = new EmptySteps(2);
        for (LearningSignal signal : signals) {
            empty.after(signal);
            empty = restored(empty, 2); // a run that is left after every step ends as one that is not
        }
        return empty.stop().orElseThrow();
    }

    private static EmptySteps restored(EmptySteps left, int most) {
        EmptySteps empty = new EmptySteps(most);
        empty.restore(left.state());
        return empty;
    }

    @Test
    void whatWasCountedAndToldIsKeptWhenARunGoesOn() {
        EmptySteps first = new EmptySteps(2);
        first.after(ABSTAINED);
        EmptySteps second = restored(first, 2);
        assertEquals(1, second.inARow());
        assertEquals(Optional.empty(), second.after(ABSTAINED), "it was told before");
        assertEquals(second.stop(), restored(second, 2).stop());
        assertEquals(Optional.empty(), restored(second, 9).stop(), "it ended by another setting");
    }

    @BeforeEach
    void makeInput() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        Path arithmetic = Path.of("../../models/arithmetic");
        for (String name : List.of("tokenizer.json", "tokenizer_config.json", "generation_config.json")) {
            Files.copy(arithmetic.resolve(name), model.resolve(name));
        }
        Files.writeString(model.resolve("config.json"), Files.readString(arithmetic.resolve("config.json"))
                .replace("\"hidden_size\": 128", "\"hidden_size\": 16")
                .replace("\"intermediate_size\": 344", "\"intermediate_size\": 24")
                .replace("\"num_hidden_layers\": 4", "\"num_hidden_layers\": 1")
                .replace("\"num_attention_heads\": 4", "\"num_attention_heads\": 2")
                .replace("\"num_key_value_heads\": 4", "\"num_key_value_heads\": 1")
                .replace("\"head_dim\": 32", "\"head_dim\": 8"));
        try (ReferenceBackend backend = new ReferenceBackend();
                Weights weights = Weights.random(backend, ModelConfig.read(model), 1, "test")) {
            weights.save(model);
        }
        Files.writeString(folder.resolve("prompts.jsonl"), "{\"prompt\": \"Q1=\"}\n{\"prompt\": \"Q2=\"}\n");
        Files.writeString(folder.resolve("recipe.yaml"), """
                model: model
                backend: cpu
                threads: 1
                max_steps: 5
                max_empty_steps: 3
                prompts_per_step: 2
                data: {source: jsonl, train: prompts.jsonl}
                grpo: {num_generations: 2}
                sampling: {max_completion_length: 4, cache_mb: 1, max_batch_rows: 8}
                answer: {format: pattern, pattern: '^(.)'}
                aggregator: majority
                eval: {problems: 0}
                """);
    }

    /** A format that nothing parses to: 3 steps, the model and the record kept, and a code of its own. */
    @Test
    void aFormatThatNothingParsesTo() throws IOException {
        assertEquals(9, train("answer.pattern='@(x)'"), err.toString());
        assertEquals(1, out.toString().lines().filter(line -> line.startsWith("nothing can be learned from this step: "
                + "every reference abstained (of 2 groups 2 abstained (")).count(), out.toString());
        assertTrue(err.toString().startsWith("catrl: stopped after 3 steps in a row from which nothing could be learned: "
                + "every reference abstained"), err.toString());
        assertTrue(Files.exists(folder.resolve("out/model/model.safetensors")));
        JsonNode summary = new ObjectMapper().readTree(folder.resolve("out/summary.json").toFile());
        assertEquals(3, summary.get("steps").asInt());
        assertEquals("abstained", summary.at("/stopped/cause").asText());
        List<String> metrics = RecordedLines.metrics(folder.resolve("out"));
        assertEquals(3.0, new ObjectMapper().readTree(metrics.get(2)).get("empty_steps").asDouble());
    }

    @Test
    void theRunGoesOnWhereItIsToldTo() {
        assertEquals(0, train("answer.pattern='@(x)'", "max_empty_steps=0"), err.toString());
        assertTrue(out.toString().contains("trained 5 steps"), out.toString());
        assertTrue(out.toString().contains("from the last 5 of them nothing could be learned"), out.toString());
    }

    @Test
    void everyRolloutCutOffAndMasked() {
        assertEquals(9, train("grpo.mask_truncated_completions=true", "sampling.max_completion_length=1",
                "max_empty_steps=1", "grpo.num_generations=8"), err.toString());
        assertTrue(err.toString().contains("every rollout that differs from its group was left out"), err.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "1|9|every reward is 1",
        "0.5|9|within every group all rewards are the same",
        "nan|6|the reward mine of rollout 0 of prompt",
        "infinite|6|is Infinity; the weights were left as they were",
        "throws|6|the reward \"own\" failed in step 0: java.lang.IllegalStateException: spoilt",
        "null|6|the reward \"own\" failed in step 0: java.lang.NullPointerException: no scores are pending for prompt",
        "empty|6|the reward \"own\" failed in step 0: java.lang.NullPointerException: there are no scores"})
    void rewardsOfOnesOwn(String behaviour, int code, String message) throws IOException {
        assertEquals(code, withOwn(OwnReward.class, RewardProvider.class, behaviour,
                "rewards=[{kind: custom, provider: own}]"), err.toString());
        assertTrue(err.toString().contains(message), err.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "throws|6|the aggregator \"own\" failed in step 0: java.lang.IllegalStateException: spoilt",
        "overflow|6|the aggregator \"own\" failed in step 0: java.lang.StackOverflowError",
        "null|6|the aggregator \"own\" failed in step 0: java.lang.NullPointerException: no reference is pending",
        "empty|6|the aggregator \"own\" failed in step 0: java.lang.NullPointerException: there is no reference for",
        "abstains|9|every reference abstained (in the last step: of 2 groups 2 abstained (never sure: 2 groups)"})
    void aggregatorsOfOnesOwn(String behaviour, int code, String message) throws IOException {
        assertEquals(code, withOwn(OwnAggregator.class, AggregatorProvider.class, behaviour, "aggregator=custom",
                "aggregator_name=own"), err.toString());
        assertTrue(err.toString().contains(message), err.toString());
    }

    /** A run with a provider on the class path, which reads its behaviour from a property. */
    private int withOwn(Class<?> provider, Class<?> service, String behaviour, String... sets) throws IOException {
        Path services = Files.createDirectories(folder.resolve("classes/META-INF/services"));
        Files.writeString(services.resolve(service.getName()), provider.getName());
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        System.setProperty(BEHAVIOUR, behaviour);
        try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.resolve("classes").toUri().toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(loader);
            return train(sets);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
            System.clearProperty(BEHAVIOUR);
        }
    }

    /** Provides a reward that does what a careless one may do. */
    public static final class OwnReward implements RewardProvider {
        @Override
        public String name() {
            return "own";
        }

        @Override
        public RewardDeriver create(LanguageModel judge, AnswerFormat format) {
            return new Careless(System.getProperty(BEHAVIOUR));
        }
    }

    private record Careless(String behaviour) implements RewardDeriver {
        @Override
        public String name() {
            return "mine";
        }

        @Override
        public Pending<ScoredGroup> score(TaughtGroup group, int step) {
            return switch (behaviour) {
                case "throws" -> throw new IllegalStateException("spoilt");
                case "null" -> null;
                case "empty" -> Pending.of(null);
                case "nan" -> rewards(group, Double.NaN);
                case "infinite" -> rewards(group, Double.POSITIVE_INFINITY);
                default -> rewards(group, Double.parseDouble(behaviour));
            };
        }

        private static Pending<ScoredGroup> rewards(TaughtGroup group, double value) {
            return Pending.of(new ScoredGroup(group, group.group().rollouts().stream().map(rollout ->
                    Reward.of(value, new Evidence.Note("always"))).toList()));
        }
    }

    /** Provides an aggregator that does what a careless one may do. */
    public static final class OwnAggregator implements AggregatorProvider {
        @Override
        public String name() {
            return "own";
        }

        @Override
        public Aggregator create(LanguageModel anchor, AnswerFormat format, long seed) {
            String behaviour = System.getProperty(BEHAVIOUR);
            return (group, step) -> switch (behaviour) {
                case "throws" -> throw new IllegalStateException("spoilt");
                case "overflow" -> deeper(0) > 0 ? null : null;
                case "null" -> null;
                case "empty" -> Pending.of(null);
                default -> Pending.of(PseudoReference.abstain("own", group.rollouts().size(), "never sure: "
                        + group.prompt().id()));
            };
        }

        private static int deeper(int depth) {
            return deeper(depth + 1) + 1;
        }
    }

    private int train(String... sets) {
        List<String> arguments = new ArrayList<>(List.of("train", folder.resolve("recipe.yaml").toString(), "--out",
                folder.resolve("out").toString()));
        for (String set : sets) {
            arguments.addAll(List.of("--set", set));
        }
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments.toArray(String[]::new));
    }
}
