package org.catrl.run;

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
import java.util.Optional;
import java.util.stream.Stream;
import org.catrl.data.DataException;
import org.catrl.model.ModelFormatException;
import org.catrl.recipe.RecipeException;
import org.catrl.record.CheckpointException;
import org.catrl.record.RunFolderException;
import org.catrl.train.Phase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run may go on with, and what it refuses before anything of it is changed. */
class ResumeRulesTest {
    private static final Path ARITHMETIC = Path.of("../../models/arithmetic").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    private Path recipe;
    private Path out;

    @BeforeEach
    void makeInput() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        try (Stream<Path> files = Files.list(ARITHMETIC)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
        recipe = model.resolve("cat.yaml");
        out = folder.resolve("run");
    }

    private List<String> settings(String... more) {
        List<String> all = new ArrayList<>(List.of("backend=cpu", "threads=1", "max_steps=3", "prompts_per_step=1",
                "grpo.num_generations=2", "grpo.mini_batches=1", "eval.problems=0", "save_steps=1", "out=" + out));
        all.addAll(List.of(more));
        return all;
    }

    /** Runs until two steps are done, and leaves. */
    private RunResult pausedAfterTwo(String... more) throws IOException {
        TrainingRun run = TrainingRun.of(recipe, settings(more));
        return run.listener(new RunListener() {
            @Override
            public void step(int done, int steps, Map<String, Double> metrics) {
                if (done == 2) {
                    run.pause();
                }
            }
        }).run();
    }

    private static String refused(Class<? extends Throwable> type, Path run, String... overrides) {
        return assertThrows(type, () -> TrainingRun.resume(run, List.of(overrides)).run()).getMessage();
    }

    private static void assertContains(String text, String part) {
        assertTrue(text.contains(part), text);
    }

    /** Hears where a run goes on. */
    private static final class Heard implements RunListener {
        private RunResume resume;

        @Override
        public void resumed(RunResume told) {
            resume = told;
        }
    }

    private RunResult resumed(Heard heard, Path run, String... overrides) throws IOException {
        return TrainingRun.resume(run, List.of(overrides)).listener(heard).run();
    }

    @Test
    void aPausedRunSaysWhereItIsAndHasNoEnd() throws IOException {
        RunResult result = pausedAfterTwo();
        assertEquals(Optional.of(out.resolve("checkpoint-2")), result.paused());
        assertEquals(2, result.steps());
        assertFalse(result.cancelled() || Files.exists(out.resolve("model")) || Files.exists(out.resolve("summary.json")));
        Heard heard = new Heard();
        assertEquals(Optional.empty(), resumed(heard, out).paused());
        assertEquals(new RunResume(2, 3, Optional.of(out.resolve("checkpoint-2")), Optional.empty(), Optional.empty()),
                heard.resume);
    }

    @Test
    void whatTheStepsDependOnMayNotChange() throws IOException {
        pausedAfterTwo();
        Map.of("seed=7", "seed is 7, and the run began with 1",
                "grpo.epsilon=0.5", "grpo.epsilon is 0.5, and the run began with 0.2",
                "optimizer.learning_rate=1", "optimizer.learning_rate is 1.0",
                "data.seed=9", "data.seed is 9",
                "prompt_secret=abcdefghijkl", "prompt_secret is another than the run began with",
                "lora={r: 2, lora_alpha: 2}", "lora.",
                "out=elsewhere", "out is elsewhere",
                "dtype=bfloat16", "dtype is bfloat16").forEach((override, part) -> {
                    String message = refused(RecipeException.class, out, override);
                    assertContains(message, part);
                    assertContains(message, "start a new run for that");
                    assertContains(message, out.toString());
                });
    }

    @Test
    void anEditedRecipeIsHeldAgainstTheRecord() throws IOException {
        pausedAfterTwo();
        Path file = out.resolve("recipe.yaml");
        String before = Files.readString(file);
        Files.writeString(file, before.replace("epsilon: 0.2", "epsilon: 0.7"));
        assertContains(refused(RecipeException.class, out), "grpo.epsilon is 0.7, and the run began with 0.2");
        assertContains(refused(RecipeException.class, out.resolve("checkpoint-2")), "grpo.epsilon is 0.7");
        Path moved = Files.move(recipe.getParent(), folder.resolve("moved"));
        Files.writeString(file, before.replace("max_steps: 3", "max_steps: 2")
                .replace("model: " + recipe.getParent(), "model: " + moved));
        assertEquals(2, TrainingRun.resume(out, List.of()).run().steps());
    }

    @Test
    void aMissingRecordIsNamed() throws IOException {
        pausedAfterTwo();
        Files.delete(out.resolve("run.db"));
        assertContains(refused(RecipeException.class, out), out + "/run.db: is not there");
        assertContains(refused(RecipeException.class, out), "--set model=" + out.resolve("checkpoint-2"));
    }

    @Test
    void aRecordOfAnotherKindIsNamed() throws IOException {
        Path measured = folder.resolve("measured");
        EvaluationRun.of(recipe, List.of("backend=cpu", "threads=1", "eval.problems=2", "eval.samples=2",
                "eval.repairs=0", "out=" + measured)).run();
        assertContains(assertThrows(RecipeException.class, () -> TrainingRun.startOrResume(recipe,
                settings("out=" + measured))).getMessage(), measured + ": is a run of ./catrl eval, and not of "
                + "./catrl train");
        assertFalse(Files.exists(measured.resolve("set-aside-1")));
    }

    @Test
    void whatHadNoPartInThemMay() throws IOException {
        pausedAfterTwo();
        RunResult result = TrainingRun.resume(out, List.of("max_steps=4", "threads=2", "save_steps=2",
                "save_total_limit=1", "max_empty_steps=0", "backend=auto")).run();
        assertEquals(4, result.steps());
        assertContains(Files.readString(out.resolve("recipe.yaml")), "max_steps: 4\\n".translateEscapes());
        TrainingRun.of(recipe, settings("max_steps=4", "out=" + folder.resolve("whole"))).run();
        assertEquals(RunBits.of(folder.resolve("whole")).get("record"), RunBits.of(out).get("record"));
    }

    @Test
    void aScheduleThatFallsToTheEndIsNotMadeLonger() throws IOException {
        pausedAfterTwo("optimizer.lr_scheduler_type=linear", "optimizer.warmup_steps=0");
        assertContains(refused(RecipeException.class, out, "max_steps=9"),
                "optimizer.lr_scheduler_type is not constant: max_steps is 9, and the run began with 3");
        assertEquals(3, TrainingRun.resume(out, List.of()).run().steps());
    }

    /** Its weights are there, and what learned them is not: it must not begin anew by itself. */
    @Test
    void aRunThatHasEndedWithoutACheckpointDoesNotGoOn() throws IOException {
        TrainingRun.of(recipe, settings("save_steps=0", "save_minutes=0")).run();
        assertContains(refused(RecipeException.class, out, "max_steps=4"),
                "save_minutes were 0, or it was deleted); begin a new one with --set model=" + out.resolve("model"));
        assertTrue(Files.exists(out.resolve("model/config.json")));
    }

    @Test
    void aRunThatHasEndedSaysSo() throws IOException {
        TrainingRun.of(recipe, settings()).run();
        String said = out + ": this run has ended after 3 steps, its model is " + out.resolve("model")
                + "; it goes on with a larger max_steps";
        assertEquals(said, refused(RecipeException.class, out));
        assertEquals(Optional.of(said), TrainingRun.startOrResume(recipe, settings()).finished());
        Heard heard = new Heard();
        RunResult result = resumed(heard, out, "max_steps=4");
        assertEquals(4, result.steps());
        assertEquals(Optional.of(out.resolve("set-aside-1")), heard.resume.setAside());
        assertTrue(Files.exists(out.resolve("set-aside-1/model/config.json"))
                && Files.exists(out.resolve("set-aside-1/summary.json")));
        TrainingRun.of(recipe, settings("max_steps=4", "out=" + folder.resolve("whole"))).run();
        assertEquals(RunBits.of(folder.resolve("whole")), RunBits.of(out));
    }

    @Test
    void anEarlierCheckpointSetsTheLaterOnesAside() throws IOException {
        TrainingRun.of(recipe, settings("save_total_limit=0")).run();
        Map<String, Object> before = RunBits.of(out);
        Heard heard = new Heard();
        resumed(heard, out.resolve("checkpoint-1"));
        assertEquals(1, heard.resume.done());
        for (String name : List.of("checkpoint-2", "checkpoint-3", "model")) {
            assertTrue(Files.exists(out.resolve("set-aside-1").resolve(name).resolve("model.safetensors")), name);
        }
        assertEquals(before, RunBits.of(out));
    }

    @Test
    void aRunKilledBeforeItsFirstCheckpointBeginsAnew() throws IOException {
        assertThrows(IllegalStateException.class, () -> TrainingRun.of(recipe, settings("save_steps=0"))
                .listener(new RunListener() {
                    @Override
                    public void phase(int step, Phase phase) {
                        if (step == 1) {
                            throw new IllegalStateException("killed, say");
                        }
                    }
                }).run());
        Files.writeString(out.resolve("notes.txt"), "mine");
        Heard heard = new Heard();
        RunResult result = TrainingRun.startOrResume(recipe, settings()).listener(heard).run();
        assertEquals(new RunResume(0, 3, Optional.empty(), Optional.of(out.resolve("set-aside-1")), Optional.empty()),
                heard.resume);
        assertEquals(3, result.steps());
        assertEquals("mine", Files.readString(out.resolve("notes.txt")));
        assertTrue(Files.exists(out.resolve("set-aside-1/recipe.yaml")));
    }

    @Test
    void autoBeginsWhereNothingIsAndRefusesAnotherRecipe() throws IOException {
        Heard heard = new Heard();
        TrainingRun.startOrResume(recipe, settings("max_steps=1")).listener(heard).run();
        assertEquals(null, heard.resume);
        assertContains(assertThrows(RecipeException.class, () -> TrainingRun.startOrResume(recipe,
                settings("seed=3"))).getMessage(), "seed is 3, and the run began with 1");
        assertEquals(3, TrainingRun.startOrResume(recipe, settings()).run().steps());
        assertContains(assertThrows(RecipeException.class, () -> TrainingRun.startOrResume(recipe, List.of()))
                .getMessage(), "--resume auto needs the folder");
        out = Files.createDirectories(folder.resolve("documents"));
        Files.writeString(out.resolve("letter.txt"), "mine");
        Files.writeString(out.resolve("recipe.yaml"), "cake");
        assertContains(assertThrows(RunFolderException.class, () -> TrainingRun.startOrResume(recipe, settings()).run())
                .getMessage(), "holds other files");
        assertEquals("cake", Files.readString(out.resolve("recipe.yaml")));
    }

    @Test
    void whatTheRunBeganWithMustBeThere() throws IOException {
        pausedAfterTwo();
        Path config = folder.resolve("model/tokenizer_config.json");
        String text = Files.readString(config);
        Files.writeString(config, text + " ");
        assertContains(refused(ModelFormatException.class, out), config + ": is not what the run in " + out
                + " began with");
        Files.writeString(config, text);
        Path weights = folder.resolve("model/model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        byte[] other = bytes.clone();
        other[other.length - 2] ^= 1;
        Files.write(weights, other);
        assertContains(refused(ModelFormatException.class, out), "its weights are not what the run in");
        Files.write(weights, bytes);
        assertEquals(3, TrainingRun.resume(out, List.of()).run().steps());
    }

    @Test
    void otherPromptsAreAnotherRun() throws IOException {
        Path prompts = Files.writeString(folder.resolve("prompts.jsonl"), "{\"prompt\": \"Q1+2+3=\"}\n");
        pausedAfterTwo("data={train: " + prompts + "}");
        Files.writeString(prompts, "{\"prompt\": \"Q1+2+4=\"}\n");
        assertContains(refused(DataException.class, out), "the prompts are not those that the run in");
    }

    @Test
    void anotherKindOfBackendOrOfRunIsRefused() throws IOException {
        pausedAfterTwo();
        assertContains(refused(RecipeException.class, out, "backend=reference"),
                "the run was on the backend cpu, and would go on with reference");
        assertThrows(RecipeException.class, () -> SftRun.resume(out, List.of()).run());
        assertContains(refused(RecipeException.class, folder.resolve("model")), "is neither the folder of a run nor a "
                + "checkpoint in one");
        assertContains(refused(RecipeException.class, out.resolve("checkpoint-9")), "is neither the folder of a run");
        assertContains(refused(RecipeException.class, out, "max_steps=1"), "max_steps is 1, but " + out
                + "/checkpoint-2 has done 2");
    }

    @Test
    void twoCannotWorkOnOneFolder() throws IOException {
        String[] message = {""};
        TrainingRun.of(recipe, settings()).listener(new RunListener() {
            @Override
            public void step(int done, int steps, Map<String, Double> metrics) {
                message[0] = refused(RunFolderException.class, out);
            }
        }).run();
        assertTrue(message[0].matches(".*/run: process " + ProcessHandle.current().pid()
                + " of .+ is working on this run; wait until it ends, .*"), message[0]);
    }

    @Test
    void changedBytesAreNamedAndAnEarlierCheckpointHelps() throws IOException {
        pausedAfterTwo();
        Path moments = out.resolve("checkpoint-2/optimizer.safetensors");
        byte[] bytes = Files.readAllBytes(moments);
        bytes[bytes.length / 2] ^= 4;
        Files.write(moments, bytes);
        String message = refused(CheckpointException.class, out);
        assertContains(message, moments + ": its SHA-256 is not the one in checksums.json");
        assertContains(message, "is whole: --resume " + out.resolve("checkpoint-1"));
        assertEquals(3, TrainingRun.resume(out.resolve("checkpoint-1"), List.of()).run().steps());
    }

    /** The folder of a run that an earlier version made holds models, and nothing to go on with. */
    @Test
    void aCheckpointOfAnEarlierVersionIsAModelAlone() throws IOException {
        pausedAfterTwo();
        for (String name : List.of("checkpoint-1", "checkpoint-2")) {
            for (String file : List.of("state.json", "checksums.json", "optimizer.safetensors")) {
                Files.delete(out.resolve(name).resolve(file));
            }
        }
        assertContains(refused(CheckpointException.class, out), out.resolve("checkpoint-2") + ": has no state.json: it "
                + "may be a model, but is no checkpoint that training can go on from");
        assertTrue(Files.exists(out.resolve("checkpoint-2/model.safetensors")));
    }

    @Test
    void aFolderOfAnEarlierVersionIsNamed() throws IOException {
        Files.createDirectories(out.resolve("checkpoint-2"));
        Files.writeString(out.resolve("metrics.jsonl"), "{\"step\":0}\n");
        for (Path run : List.of(out, out.resolve("checkpoint-2"))) {
            assertContains(refused(RecipeException.class, run), out + ": is of an earlier version, whose runs cannot be "
                    + "gone on with");
        }
    }

    @Test
    void aCheckpointOfALaterFormatIsRefused() throws Exception {
        pausedAfterTwo();
        Path state = out.resolve("checkpoint-2/state.json");
        String before = Files.readString(state);
        Files.writeString(state, before.replace("\"format\" : 1", "\"format\" : 2"));
        Path sums = out.resolve("checkpoint-2/checksums.json");
        Files.writeString(sums, Files.readString(sums).replace(sha256(before), sha256(Files.readString(state))));
        assertContains(refused(CheckpointException.class, out), state + ": its format is 2; this version goes on from "
                + "format 1");
    }

    private static String sha256(String text) throws Exception {
        return java.util.HexFormat.of().formatHex(java.security.MessageDigest.getInstance("SHA-256")
                .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }
}
