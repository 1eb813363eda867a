package org.catrl.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.DType;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.TrainRecipe;
import org.catrl.record.GroupRecord;
import org.catrl.record.RecordedLines;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recipes carried out by a program, without a command. */
class TrainingRunTest {
    private static final Path CAT = Path.of("../../models/arithmetic/cat.yaml");
    private static final Path SFT = Path.of("../../models/arithmetic/sft.yaml");

    @TempDir
    Path folder;

    @BeforeEach
    void theModelIsThere() {
        assumeTrue(Files.exists(CAT.resolveSibling("model.safetensors")),
                "skipped: models/arithmetic holds no weights");
    }

    /** A pattern that would try millions of ways through every rollout. */
    @Test
    void whatIsGivenUpOnIsCountedAndTheRunGoesOn() throws IOException {
        RunResult result = TrainingRun.of(CAT, List.of("max_steps=1", "prompts_per_step=2", "eval.problems=0",
                "answer={format: pattern, pattern: '.*.*.*.*.*.*(!)', strict: true}", "out=" + folder.resolve("run")))
                .run();
        assertEquals(1, result.steps());
        assertTrue(result.metrics().get("answers/over_budget") > 0, result.metrics()::toString);
        assertTrue(Files.readString(folder.resolve("run/recipe.yaml")).matches("(?s).*prompt_secret: [a-z]{32}\n.*"));
    }

    /** Writes down what it hears. */
    private static class Journal implements RunListener {
        final List<String> events = new ArrayList<>();

        @Override
        public void loading(long done, long all) {
            events.add("loading " + (done == all ? "all" : "some"));
        }

        @Override
        public void started(RunStart start) {
            events.add("started on " + start.backend().split(":")[0]);
        }

        @Override
        public void evaluating(String name, int done, int all) {
            events.add(name + " " + done + "/" + all);
        }

        @Override
        public void evaluated(String name, Measured measured) {
            events.add("evaluated " + name);
        }

        @Override
        public void group(GroupRecord group) {
            events.add("group " + group.prompt().id());
        }

        @Override
        public void step(int done, int steps, Map<String, Double> metrics) {
            events.add("step " + done + "/" + steps);
        }

        @Override
        public void checkpoint(int done, Path model) {
            events.add(model.getFileName().toString());
        }

        @Override
        public void ended(RunResult result) {
            events.add("ended after " + result.steps());
        }
    }

    private List<String> small(String... more) {
        List<String> overrides = new ArrayList<>(List.of("backend=cpu", "threads=1", "max_steps=2",
                "prompts_per_step=2", "grpo.num_generations=2", "eval.problems=4", "eval.samples=2", "eval.repairs=0",
                "out=" + folder.resolve("run")));
        overrides.addAll(List.of(more));
        return overrides;
    }

    /** The example in TrainingRun's Javadoc, and all that a listener hears of it. */
    @Test
    void aListenerHearsEverythingInItsOrder() throws IOException {
        Journal journal = new Journal();
        RunResult result = TrainingRun.of(CAT, small("save_steps=2")).listener(journal).run();
        journal.events.removeIf(event -> event.equals("loading some"));
        assertEquals(List.of("loading all", "started on cpu", "before 0/4", "before 4/4", "evaluated before", "group 0",
                "group 1", "step 1/2", "group 2", "group 3", "step 2/2", "checkpoint-2", "after 0/4", "after 4/4",
                "evaluated after", "ended after 2"), journal.events);
        assertEquals(2, result.steps());
        assertFalse(result.cancelled());
        assertEquals(List.of("before", "after"), List.copyOf(result.measured().keySet()));
        assertTrue(result.metrics().containsKey("reward") && result.metrics().containsKey("memory/ledger_bytes"));
        JsonNode summary = summary(result);
        assertEquals(result.sha256(), summary.get("sha256").asText());
        assertFalse(summary.get("cancelled").asBoolean());
        assertTrue(Files.exists(result.model().resolve("model.safetensors")));
    }

    @Test
    void anotherThreadMayEndItAfterTheStepAtHand() throws Exception {
        List<Thread> others = new ArrayList<>();
        TrainingRun run = TrainingRun.of(CAT, small("max_steps=1000"));
        RunResult result = run.listener(new RunListener() {
            @Override
            public void step(int done, int steps, Map<String, Double> metrics) {
                if (done == 2) {
                    others.add(new Thread(run::cancel));
                    others.get(0).start();
                    join(others.get(0));
                }
            }
        }).run();
        assertEquals(2, result.steps());
        assertTrue(result.cancelled());
        assertEquals(List.of("before"), List.copyOf(result.measured().keySet()));
        assertTrue(Files.exists(result.model().resolve("model.safetensors")), "what was learned is saved");
        assertTrue(summary(result).get("cancelled").asBoolean());
        assertEquals(2, RecordedLines.metrics(result.folder()).size());
    }

    @Test
    void anEvaluationIsLeftBetweenTwoBatches() throws IOException {
        Journal journal = new Journal();
        TrainingRun run = TrainingRun.of(CAT, small("eval.problems=40", "eval.batch=4"));
        RunResult result = run.listener(new RunListener() {
            @Override
            public void evaluating(String name, int done, int all) {
                journal.evaluating(name, done, all);
                if (done == 4) {
                    run.cancel();
                }
            }
        }).run();
        assertEquals(List.of("before 0/40", "before 4/40"), journal.events);
        assertEquals(0, result.steps());
        assertTrue(result.cancelled() && result.measured().isEmpty() && result.metrics().isEmpty());
    }

    /** A recipe made by a program, on a backend that the program keeps. */
    @Test
    void theSameBitsOnTheProgramsOwnBackend() throws IOException {
        String expected = TrainingRun.of(CAT, small("eval.problems=0")).run().sha256();
        TrainRecipe recipe = Recipes.train(CAT, small("eval.problems=0", "out=" + folder.resolve("b")));
        try (Backend backend = Backends.cpu(null, 2)) {
            assertEquals(expected, TrainingRun.of(recipe).on(backend).run().sha256());
            assertEquals(0, backend.ledger().total(), "the run closes what it opened, and not the backend");
            backend.allocate(DType.F32, 1, "test").close();
        }
    }

    @Test
    void supervisedTrainingIsHeardAndCancelledToo() throws IOException {
        Journal journal = new Journal();
        String[] few = {"stages=[{steps: 4, solve: 2, synthesise: 1, fewest: 2, most: 3}]", "optimizer.warmup_steps=1"};
        List<String> sft = new ArrayList<>(List.of("backend=cpu", "threads=1", "eval.problems=4", "eval.samples=2",
                "eval.repairs=0", "out=" + folder.resolve("sft")));
        sft.addAll(List.of(few));
        RunResult result = SftRun.of(SFT, sft).listener(journal).run();
        journal.events.removeIf(event -> event.startsWith("loading"));
        assertEquals(List.of("started on cpu", "step 1/4", "step 2/4", "step 3/4", "step 4/4", "checkpoint-4", "eval 0/4",
                "eval 4/4", "evaluated eval", "ended after 4"), journal.events);
        assertTrue(result.metrics().get("loss") > 0);
        sft.add("out=" + folder.resolve("cancelled"));
        SftRun run = SftRun.of(SFT, sft);
        RunResult cancelled = run.listener(new RunListener() {
            @Override
            public void step(int done, int steps, Map<String, Double> metrics) {
                run.cancel();
            }
        }).run();
        assertTrue(cancelled.cancelled() && cancelled.steps() == 1 && cancelled.measured().isEmpty());
    }

    /** From weights, on a backend that the program keeps: they are loaded before the work begins. */
    @Test
    void supervisedTrainingTellsHowFarItsWeightsAreLoaded() throws IOException {
        Path examples = Files.writeString(folder.resolve("examples.jsonl"),
                "{\"prompt\": \"Q1+2=\", \"completion\": \"3\"}\n");
        Path file = Files.writeString(folder.resolve("examples.yaml"), "model: "
                + CAT.toAbsolutePath().normalize().getParent() + "\nname: loaded\nseed: 1\nexamples: {file: " + examples
                + ", batch_size: 1, max_steps: 1}\nout: " + folder.resolve("loaded") + "\n");
        Journal journal = new Journal();
        try (Backend backend = Backends.cpu(null, 1)) {
            SftRun.of(file, List.of()).on(backend).listener(journal).run();
            assertEquals(0, backend.ledger().total(), "the run closes what it opened, and not the backend");
            backend.allocate(DType.F32, 1, "test").close();
        }
        assertEquals(List.of("loading all", "started on cpu", "step 1/1", "checkpoint-1", "ended after 1"),
                journal.events.subList(journal.events.indexOf("loading all"), journal.events.size()));
    }

    @Test
    void whatARecipeCannotBeIsSaidBeforeAnythingIsMade() {
        String message = assertThrows(RecipeException.class, () -> TrainingRun.of(CAT, List.of("max_steps=0")))
                .getMessage();
        assertTrue(message.contains("max_steps is 0"), message);
    }

    private static JsonNode summary(RunResult result) throws IOException {
        return new ObjectMapper().readTree(result.folder().resolve("summary.json").toFile());
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
