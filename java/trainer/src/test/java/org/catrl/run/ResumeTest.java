package org.catrl.run;

import static org.catrl.lm.FakeEndpoint.answer;
import static org.catrl.lm.FakeEndpoint.reply;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.catrl.data.DataException;
import org.catrl.lm.FakeEndpoint;
import org.catrl.record.EventRecord;
import org.catrl.record.RunReader;
import org.catrl.reward.JudgeFailureException;
import org.catrl.train.Phase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run that is paused or cut anywhere and gone on with is to the bit the run that nobody disturbed. */
class ResumeTest {
    private static final Path MODELS = Path.of("../../models");
    private static final int STEPS = 5;

    @TempDir
    Path folder;

    /** The recipes that are tried, each another way through a step. */
    enum Kind {
        SUMS("arithmetic/cat.yaml", "eval.problems=4", "eval.every=2", "eval.probe_problems=4"),
        SPLIT("arithmetic/cat.yaml", "eval.problems=0", "grpo.micro_batch_tokens=100", "grpo.num_iterations=2"),
        ADAPTER("arithmetic/cat.yaml", "eval.problems=0", "lora={r: 4, lora_alpha: 8}", "grpo.beta=0.01",
                "grpo.kl_placement=loss"),
        RUBRICS("advice/cat.yaml", "eval.problems=3");

        private final Path recipe;
        private final List<String> settings;

        Kind(String recipe, String... settings) {
            this.recipe = MODELS.resolve(recipe);
            this.settings = List.of(settings);
        }

        List<String> at(Path out, String... more) {
            List<String> all = new ArrayList<>(List.of("backend=cpu", "threads=1", "max_steps=" + STEPS,
                    "prompts_per_step=2", "grpo.num_generations=4", "eval.samples=2", "eval.repairs=0", "save_steps=2",
                    "prompt_secret=abcdefghijkl", "out=" + out));
            all.addAll(settings);
            all.addAll(List.of(more));
            return all;
        }
    }

    /** The end of a process, as far as one process can show it. */
    private static final class Cut extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Does something once, when a phase of a step begins. */
    private static RunListener at(int step, Phase phase, Runnable action) {
        return new RunListener() {
            @Override
            public void phase(int now, Phase begun) {
                if (now == step && begun == phase) {
                    action.run();
                }
            }
        };
    }

    private static RunListener cut(int step, Phase phase) {
        return at(step, phase, () -> {
            throw new Cut();
        });
    }

    private Map<String, Object> undisturbed(Kind kind) throws IOException {
        TrainingRun.of(kind.recipe, kind.at(folder.resolve("undisturbed"))).run();
        return RunBits.of(folder.resolve("undisturbed"));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void pausedAnywhereItBecomesWhatItWouldHaveBeen(Kind kind) throws IOException {
        Map<String, Object> expected = undisturbed(kind);
        Random random = new Random(kind.ordinal());
        Path out = folder.resolve("paused");
        TrainingRun run = TrainingRun.of(kind.recipe, kind.at(out));
        int pauses = 0;
        for (RunResult result = paused(run, random); result.paused().isPresent(); result = paused(run, random)) {
            assertEquals(out.resolve("checkpoint-" + result.steps()), result.paused().get());
            run = TrainingRun.resume(out, List.of());
            pauses++;
        }
        assertTrue(pauses > 0);
        assertEquals(expected, RunBits.of(out));
    }

    private static RunResult paused(TrainingRun run, Random random) throws IOException {
        int phases = random.nextInt(12);
        int[] begun = {0};
        return run.listener(new RunListener() {
            @Override
            public void phase(int step, Phase phase) {
                if (begun[0]++ == phases) {
                    run.pause();
                }
            }
        }).run();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void cutAnywhereItBecomesWhatItWouldHaveBeen(Kind kind) throws IOException {
        Map<String, Object> expected = undisturbed(kind);
        Path out = folder.resolve("cut");
        assertThrows(Cut.class, () -> TrainingRun.of(kind.recipe, kind.at(out)).listener(cut(3, Phase.REWARD)).run());
        assertThrows(Cut.class, () -> TrainingRun.resume(out, List.of()).listener(cut(4, Phase.UPDATE)).run());
        assertFalse(Files.exists(out.resolve("model")));
        RunResult result = TrainingRun.resume(out, List.of()).run();
        assertEquals(STEPS, result.steps());
        assertEquals(expected, RunBits.of(out));
    }

    /** A judge whose word changes from one asking to the next: what it has answered is not asked again. */
    @Test
    void whatAnEndpointHasAnsweredStays() throws IOException {
        int[] asked = {0};
        try (FakeEndpoint endpoint = new FakeEndpoint((exchange, prompt) -> answer(exchange, 200,
                reply("<verdict>" + (asked[0]++ % 3 == 0 ? "yes" : "no") + "</verdict>")))) {
            List<String> settings = new ArrayList<>(Kind.SUMS.at(folder.resolve("judged"), "rewards=[{kind: judge}]",
                    "eval.problems=0", "roles={judge: {to: endpoint, base_url: '" + endpoint.url()
                    + "', model: m, concurrency: 1}}"));
            Path out = folder.resolve("judged");
            TrainingRun whole = TrainingRun.of(Kind.SUMS.recipe, settings);
            assertThrows(Cut.class, () -> whole.listener(cut(3, Phase.UPDATE)).run());
            Path copy = copied(out, folder.resolve("copy"));
            int before = asked[0];
            TrainingRun.resume(out, List.of()).run();
            Map<String, Object> expected = RunBits.of(out);
            int after = asked[0];
            asked[0] = before;
            assertThrows(Cut.class, () -> TrainingRun.resume(copy, List.of()).listener(cut(3, Phase.UPDATE)).run());
            assertEquals(before, asked[0], "steps 2 and 3 had been judged");
            TrainingRun.resume(copy, List.of()).run();
            assertEquals(after, asked[0]);
            assertEquals(expected, RunBits.of(copy));
        }
    }

    /** Once the judge is back, not a step has to be made again. */
    @Test
    void aRunWhoseJudgeFailedGoesOnWhereItWas() throws IOException {
        try (FakeEndpoint endpoint = new FakeEndpoint(ResumeTest::judges)) {
            String judge = "roles={judge: {to: endpoint, base_url: '" + endpoint.url() + "', model: m, down_after: 2}}";
            TrainingRun.of(Kind.SUMS.recipe, Kind.SUMS.at(folder.resolve("whole"), "rewards=[{kind: judge}]",
                    "eval.problems=0", judge)).run();
            Path out = folder.resolve("failed");
            assertThrows(JudgeFailureException.class, () -> TrainingRun.of(Kind.SUMS.recipe, Kind.SUMS.at(out,
                    "rewards=[{kind: judge}]", "eval.problems=0", "save_steps=0", judge))
                    .listener(at(3, Phase.AGGREGATE, () -> endpoint.behave((exchange, prompt) ->
                            answer(exchange, 400, "no")))).run());
            endpoint.behave(ResumeTest::judges);
            int[] made = {0};
            TrainingRun.resume(out, List.of()).listener(pausing(() -> made[0]++)).run();
            assertEquals(STEPS - 3, made[0]);
            assertEquals(RunBits.of(folder.resolve("whole")), RunBits.of(out));
        }
    }

    private static void judges(com.sun.net.httpserver.HttpExchange exchange, String prompt) throws IOException {
        answer(exchange, 200, reply("<verdict>" + (prompt.hashCode() % 2 == 0 ? "yes" : "no") + "</verdict>"));
    }

    private static Path copied(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        return to;
    }

    // ---- supervised training -------------------------------------------------------------------------------------

    private List<String> lesson(Path out, String... more) {
        List<String> all = new ArrayList<>(List.of("backend=cpu", "threads=1", "save_steps=2", "eval.problems=2",
                "eval.samples=2", "eval.repairs=0", "optimizer.warmup_steps=1",
                "stages=[{steps: 5, solve: 2, synthesise: 1, fewest: 2, most: 3}]", "out=" + out));
        all.addAll(List.of(more));
        return all;
    }

    @Test
    void supervisedTrainingGoesOnToo() throws IOException {
        Path recipe = MODELS.resolve("arithmetic/sft.yaml");
        SftRun.of(recipe, lesson(folder.resolve("undisturbed"))).run();
        Path out = folder.resolve("paused");
        for (int pause = 1; pause < 4; pause++) {
            SftRun run = pause == 1 ? SftRun.of(recipe, lesson(out)) : SftRun.resume(out, List.of());
            RunResult result = run.listener(pausing(run::pause)).run();
            assertEquals(out.resolve("checkpoint-" + pause), result.paused().orElseThrow());
        }
        assertThrows(Cut.class, () -> SftRun.resume(out, List.of()).listener(pausing(() -> {
            throw new Cut();
        })).run());
        SftRun.startOrResume(recipe, lesson(out)).run();
        assertEquals(RunBits.of(folder.resolve("undisturbed")), RunBits.of(out));
    }

    /** Whenever a pause is heard after the last step, the model is measured in the end; and the record tells of both. */
    @Test
    void supervisedTrainingThatIsPausedAtItsEndIsMeasuredYet() throws IOException {
        Path recipe = MODELS.resolve("arithmetic/sft.yaml");
        Path out = folder.resolve("end");
        SftRun first = SftRun.of(recipe, lesson(out, "save_steps=5"));
        assertTrue(first.listener(new RunListener() {
            @Override
            public void checkpoint(int done, Path saved) {
                first.pause();
            }
        }).run().paused().isPresent());
        SftRun second = SftRun.resume(out, List.of());
        assertTrue(second.listener(measuring(second::pause)).run().paused().isPresent());
        assertEquals(Set.of("held_out"), SftRun.resume(out, List.of()).run().measured().keySet());
        try (RunReader reader = RunReader.open(out)) {
            assertEquals(List.of("checkpoint", "interrupted", "resumed", "interrupted", "resumed"),
                    reader.events().stream().map(EventRecord::kind).toList());
        }
        Path unsaved = folder.resolve("unsaved");
        SftRun alone = SftRun.of(recipe, lesson(unsaved, "save_steps=0", "save_minutes=0"));
        assertTrue(alone.listener(measuring(alone::pause)).run().cancelled(), "there is nothing to go on from");
    }

    private static RunListener measuring(Runnable begun) {
        return new RunListener() {
            @Override
            public void evaluating(String name, int done, int all) {
                begun.run();
            }
        };
    }

    @Test
    void supervisedTrainingOfAnAdapterOnAFileGoesOnToo() throws IOException {
        Path examples = Files.writeString(folder.resolve("examples.jsonl"), """
                {"prompt": "Q1+2=", "completion": "3"}
                {"prompt": "Q3+4=", "completion": "7"}
                {"prompt": "Q5+4=", "completion": "9"}
                """);
        Path recipe = Files.writeString(folder.resolve("examples.yaml"), "model: "
                + MODELS.resolve("arithmetic").toAbsolutePath().normalize() + "\nexamples: {file: " + examples
                + ", batch_size: 2, max_steps: 4}\nlora: {r: 2, lora_alpha: 4}\nbackend: cpu\nthreads: 1\n");
        SftRun.of(recipe, List.of("out=" + folder.resolve("undisturbed"))).run();
        Path out = folder.resolve("paused");
        SftRun run = SftRun.of(recipe, List.of("out=" + out));
        assertEquals(1, run.listener(pausing(run::pause)).run().steps());
        Files.writeString(examples, "{\"prompt\": \"Q5+5=\", \"completion\": \"10\"}\n");
        assertTrue(assertThrows(DataException.class, () -> SftRun.resume(out, List.of()).run()).getMessage()
                .contains("the prompts are not those that the run"));
        Files.writeString(examples, """
                {"prompt": "Q1+2=", "completion": "3"}
                {"prompt": "Q3+4=", "completion": "7"}
                {"prompt": "Q5+4=", "completion": "9"}
                """);
        SftRun.resume(out, List.of()).run();
        assertEquals(RunBits.of(folder.resolve("undisturbed")), RunBits.of(out));
    }

    private static RunListener pausing(Runnable afterAStep) {
        return new RunListener() {
            @Override
            public void step(int done, int steps, Map<String, Double> metrics) {
                afterAStep.run();
            }
        };
    }
}
