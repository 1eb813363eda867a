package org.catrl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.catrl.run.RunListener;
import org.catrl.run.RunResult;
import org.catrl.run.TrainingRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's run, as an embedding program writes it: heard, paused, gone on with. */
class ReadmeRunTest {
    private static final Path RECIPE = Path.of("../../models/arithmetic/cat.yaml");

    /** The SHA-256 of the weights in models/arithmetic, as its card says. */
    private static final String INITIAL = "169dda6fdbd0fb61b09223132d425ceb9992a425bc34392e02196130f91ef381";

    @TempDir
    Path folder;

    @Test
    void aRunIsPausedAndGoesOn() throws IOException {
        assumeTrue(Files.exists(RECIPE.resolveSibling("model.safetensors")), "skipped: models/arithmetic holds no "
                + "weights yet");
        RunResult whole = TrainingRun.of(RECIPE, settings("whole")).run();

        TrainingRun run = TrainingRun.of(RECIPE, settings("left"));
        RunResult left = run.listener(new RunListener() {
            @Override
            public void step(int done, int steps, Map<String, Double> metrics) {
                if (done == 2) {
                    run.pause();
                }
            }
        }).run();
        assertTrue(left.paused().isPresent());
        assertNotEquals(INITIAL, left.sha256(), "something was learned before");
        assertNotEquals(left.sha256(), whole.sha256(), "and something after");
        RunResult result = TrainingRun.resume(left.folder(), List.of()).run();

        assertEquals(4, result.steps());
        assertEquals(whole.sha256(), result.sha256());
    }

    private List<String> settings(String name) {
        return List.of("backend=cpu", "threads=1", "max_steps=4", "prompts_per_step=4", "grpo.num_generations=4",
                "eval.problems=0", "out=" + folder.resolve(name));
    }
}
