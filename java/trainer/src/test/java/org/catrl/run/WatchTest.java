package org.catrl.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.catrl.cli.Main;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.data.Prompt;
import org.catrl.guard.GuardReport;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.TrainRecipe;
import org.catrl.train.Policy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is watched: what it learns is the same to the bit, and what goes wrong is told. */
class WatchTest {
    private static final Path ARITHMETIC = Path.of("../../models/arithmetic/cat.yaml");
    private static final Path ADVICE = Path.of("../../models/advice/cat.yaml");

    @TempDir
    Path folder;

    /** Writes down what it hears. */
    private static final class Journal implements RunListener {
        final List<GuardReport> warnings = new ArrayList<>();
        final Map<Integer, Map<String, Double>> metrics = new TreeMap<>();
        final List<String> checkpoints = new ArrayList<>();

        @Override
        public void guard(GuardReport report) {
            warnings.add(report);
        }

        @Override
        public void step(int done, int steps, Map<String, Double> logged) {
            metrics.put(done, logged);
        }

        @Override
        public void checkpoint(int done, Path saved) {
            checkpoints.add(saved.getFileName().toString());
        }
    }

    @BeforeEach
    void theModelsAreThere() {
        assumeTrue(Files.exists(ARITHMETIC.resolveSibling("model.safetensors"))
                && Files.exists(ADVICE.resolveSibling("model.safetensors")), "skipped: models hold no weights");
    }

    private List<String> small(String name, String... more) {
        List<String> overrides = new ArrayList<>(List.of("backend=cpu", "threads=1", "prompts_per_step=2",
                "grpo.num_generations=4", "eval.problems=0", "max_steps=3", "watch.prompts=4", "watch.samples=2",
                "watch.every=2", "out=" + folder.resolve(name)));
        overrides.addAll(List.of(more));
        return overrides;
    }

    /** All that a step's metrics hold but times and the guard's own. */
    private static Map<String, Double> learned(Map<String, Double> metrics) {
        Map<String, Double> kept = new TreeMap<>(metrics);
        kept.keySet().removeIf(name -> name.startsWith("guard/") || name.startsWith("timing_s/")
                || name.startsWith("memory/") || name.startsWith("perf/") || name.equals("step_time"));
        return kept;
    }

    @Test
    void aWatchedRunLearnsTheSameToTheBit() throws IOException {
        for (Path recipe : List.of(ARITHMETIC, ADVICE)) {
            String name = recipe.getParent().getFileName().toString();
            Journal watched = new Journal();
            Journal alone = new Journal();
            RunResult with = TrainingRun.of(recipe, small(name)).listener(watched).run();
            RunResult without = TrainingRun.of(recipe, small(name + "-off", "guard=off")).listener(alone).run();
            assertEquals(without.sha256(), with.sha256());
            for (int step = 1; step <= 3; step++) {
                assertEquals(learned(alone.metrics.get(step)), learned(watched.metrics.get(step)), "step " + step);
            }
            assertFalse(alone.metrics.get(2).containsKey("guard/score"));
            assertFalse(watched.metrics.get(1).containsKey("guard/score"), "it was not time to look");
            assertTrue(watched.metrics.get(2).keySet().containsAll(List.of("guard/score", "guard/bound",
                    "guard/initial_score", "guard/answer_entropy")), watched.metrics.get(2)::toString);
            assertTrue(watched.metrics.get(3).containsKey("guard/score"), "the last step is always looked at");
        }
    }

    /** A learning rate that breaks the model in a step: the initial model stays the best. */
    @Test
    void aRunThatBreaksIsStoppedWithACodeOfItsOwn() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of("train", ARITHMETIC.toString()));
        small("broken", "optimizer.learning_rate=0.05", "optimizer.warmup_steps=0", "guard=stop", "watch.every=1",
                "watch.prompts=16", "max_steps=20", "max_empty_steps=0").forEach(setting -> arguments.addAll(
                        List.of("--set", setting)));
        int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments.toArray(String[]::new));
        assertEquals(11, code, out + "\n" + err);
        assertTrue(err.toString().contains("guard/score is"), err.toString());
        assertTrue(err.toString().contains("the initial model is the best so far, and the run stops"), err.toString());
        assertTrue(out.toString().contains("the best was, by the guard or by validation, the initial model"),
                out.toString());
        assertFalse(Files.exists(folder.resolve("broken/checkpoint-20")));
        assertTrue(finished("max_empty_steps=9").orElseThrow().endsWith("it goes on with guard: warn, or a larger "
                + "watch.loss"));
        assertEquals(Optional.empty(), finished("watch.loss=1"));
        assertEquals(Optional.empty(), finished("guard=warn"));
    }

    private Optional<String> finished(String override) {
        return TrainingRun.resume(folder.resolve("broken"), List.of(override)).finished();
    }

    @Test
    void aWarningLetsTheRunGoOn() throws IOException {
        Journal journal = new Journal();
        RunResult result = TrainingRun.of(ARITHMETIC, small("warned", "optimizer.learning_rate=0.05",
                "optimizer.warmup_steps=0", "watch.every=1", "watch.prompts=16", "max_steps=4", "max_empty_steps=0"))
                .listener(journal).run();
        assertEquals(4, result.steps());
        assertEquals(Optional.empty(), result.stopped());
        assertEquals(1, journal.warnings.size(), journal.warnings::toString);
        GuardReport warning = journal.warnings.get(0);
        assertEquals(0, warning.bestSteps());
        assertTrue(warning.value() < warning.bound(), warning::toString);
    }

    /** The labelled probe decides which checkpoint is kept, also where gold is rubrics. */
    @Test
    void validationDecidesWhichCheckpointIsKept() throws IOException {
        for (Path recipe : List.of(ARITHMETIC, ADVICE)) {
            String name = recipe.getParent().getFileName() + "-validated";
            Journal journal = new Journal();
            TrainingRun.of(recipe, small(name, "guard=off", "eval.every=1", "eval.probe_problems=8",
                    "eval.samples=2", "save_total_limit=1")).listener(journal).run();
            String metric = recipe == ARITHMETIC ? "eval_label_accuracy" : "eval_rubric_score";
            double best = journal.metrics.values().stream().mapToDouble(each -> each.get(metric)).max().orElseThrow();
            int first = journal.metrics.entrySet().stream().filter(each -> each.getValue().get(metric) == best)
                    .map(Map.Entry::getKey).findFirst().orElseThrow();
            assertEquals(first == 3 ? List.of("checkpoint-3") : List.of("checkpoint-" + first, "checkpoint-3"),
                    checkpoints(name), "the best and the newest");
            assertEquals(first, journal.metrics.get(3).get("guard/best_step"));
        }
    }

    private List<String> checkpoints(String run) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(run))) {
            return files.map(file -> file.getFileName().toString()).filter(file -> file.startsWith("checkpoint-"))
                    .sorted().toList();
        }
    }

    /** A watch that takes up the state of another sees what that would have seen. */
    @Test
    void aWatchGoesOnFromItsState() throws IOException {
        for (Path file : List.of(ARITHMETIC, ADVICE)) {
            TrainRecipe recipe = Recipes.train(file, small("state")).keyed();
            try (Backend backend = Backends.open("cpu", 1).backend();
                 Policy policy = Policy.open(backend, recipe.run().model(), recipe.policySettings())) {
                Watch watch = new Watch(recipe, Probe.open(recipe, backend, policy));
                watch.begin(0, policy);
                double first = watch.after(2, policy, Optional.empty()).metrics().get("guard/initial_score");
                JsonNode state = new ObjectMapper().readTree(watch.state().toString());
                Watch other = new Watch(recipe, Probe.open(recipe, backend, policy));
                other.restore(state);
                assertEquals(seen(watch.after(2, policy, Optional.empty())), seen(other.after(2, policy,
                        Optional.empty())));
                assertEquals(first, other.after(3, policy, Optional.empty()).metrics()
                        .get("guard/score"), "the same policy under the same draws");
            }
        }
    }

    /** A run that goes on is held against the references that it began with, and its guard remembers what it saw. */
    @Test
    void aRunThatGoesOnIsWatchedAsBefore() throws IOException {
        for (Path recipe : List.of(ARITHMETIC, ADVICE)) {
            Path run = folder.resolve(recipe.getParent().getFileName() + "-resumed");
            Journal whole = new Journal();
            Journal rest = new Journal();
            RunResult ended = TrainingRun.of(recipe, small(run.getFileName().toString(), "save_steps=1",
                    "save_total_limit=0", "max_steps=4")).listener(whole).run();
            RunResult again = TrainingRun.resume(run.resolve("checkpoint-3"), List.of()).listener(rest).run();
            assertEquals(ended.sha256(), again.sha256());
            assertEquals(guards(whole.metrics.get(4)), guards(rest.metrics.get(4)));
            assertTrue(guards(rest.metrics.get(4)).containsKey("guard/initial_score"));
        }
    }

    /** Where the policy itself writes the rubrics, those of the probe are the initial weights', before and after. */
    @Test
    void thePolicyDoesNotMoveTheYardstick() throws IOException {
        Path run = folder.resolve("moved");
        Journal whole = new Journal();
        Journal rest = new Journal();
        TrainingRun.of(ADVICE, small("moved", "roles.rubric_writer={to: policy}", "roles.judge={to: policy}",
                "optimizer.learning_rate=0.01", "optimizer.warmup_steps=0", "max_empty_steps=0", "save_steps=1",
                "watch.every=1", "max_steps=2")).listener(whole).run();
        TrainingRun.resume(run.resolve("checkpoint-1"), List.of()).listener(rest).run();
        assertEquals(guards(whole.metrics.get(2)), guards(rest.metrics.get(2)));
        assertTrue(guards(rest.metrics.get(2)).containsKey("guard/score"));
    }

    private static Map<String, Double> guards(Map<String, Double> metrics) {
        Map<String, Double> kept = new TreeMap<>(metrics);
        kept.keySet().removeIf(name -> !name.startsWith("guard/"));
        return kept;
    }

    /** A look without the time it took. */
    private static Watch.Look seen(Watch.Look look) {
        Map<String, Double> metrics = new TreeMap<>(look.metrics());
        metrics.remove("timing_s/guard");
        return new Watch.Look(metrics, look.warning(), look.best());
    }

    /** What the guard asks is not what the run trains on, and does not depend on how long that is. */
    @Test
    void theProbeIsFarFromThePromptsOfTheRun() throws IOException {
        List<Prompt> asked = probed("max_steps=3");
        assertEquals(4, asked.size());
        assertTrue(asked.stream().allMatch(prompt -> prompt.id() >= 1_000_000), asked::toString);
        assertEquals(asked, probed("max_steps=300"));
    }

    private List<Prompt> probed(String setting) throws IOException {
        TrainRecipe recipe = Recipes.train(ARITHMETIC, small("prompts", setting)).keyed();
        try (Backend backend = Backends.open("cpu", 1).backend();
             Policy policy = Policy.open(backend, recipe.run().model(), recipe.policySettings());
             Probe probe = Probe.open(recipe, backend, policy).orElseThrow()) {
            probe.begin(policy);
            return probe.set().prompts();
        }
    }
}
