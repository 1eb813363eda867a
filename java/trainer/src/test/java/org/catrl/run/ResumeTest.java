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
import java.util.Random;
import java.util.function.Supplier;
import org.catrl.lm.FakeEndpoint;
import org.catrl.train.Phase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

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
}
