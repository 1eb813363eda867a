package org.catrl.run;

import java.nio.file.Path;
import java.util.List;
import org.catrl.train.Phase;

/** A moment in the life of a run at which its process is killed. */
enum KillStage {
    /** While rollouts are drawn. */
    ROLLOUT(Phase.ROLLOUT, "", 60),
    /** While a rubric is written and judged. */
    JUDGE(Phase.REWARD, "", 120),
    /** While the weights are half updated. */
    UPDATE(Phase.UPDATE, "", 60),
    /** While a checkpoint is half written: its folder has a hidden name. */
    CHECKPOINT(null, ".partial-", 8),
    /** Right after a step, while the record takes it. */
    RECORD(null, "", 20),
    /** While an old checkpoint is half removed: its folder has a hidden name. */
    REMOVAL(null, ".removed-", 1),
    /** At any moment after the start. */
    ANY(null, "", 2500);

    private final Phase phase;
    private final String folder;
    private final int longestDelay;

    KillStage(Phase phase, String folder, int longestDelay) {
        this.phase = phase;
        this.folder = folder;
        this.longestDelay = longestDelay;
    }

    /** Whether it comes with the beginning of a phase. */
    boolean isOf(Phase begun) {
        return phase == begun;
    }

    /** A part of the name of the hidden folder that shows it; empty = none does. */
    String folder() {
        return folder;
    }

    /** Milliseconds from its beginning in which the kill falls at random. */
    int longestDelay() {
        return longestDelay;
    }

    /** The recipe whose runs are killed. */
    Path recipe() {
        return Path.of("../../models", this == JUDGE ? "advice" : "arithmetic", "cat.yaml");
    }

    /** The settings of a run that takes a second or two and has all stages. */
    static List<String> settings(Path out) {
        return List.of("backend=cpu", "threads=1", "max_steps=6", "prompts_per_step=4", "grpo.num_generations=4",
                "eval.problems=2", "eval.samples=2", "eval.repairs=0", "save_steps=1", "save_total_limit=2",
                "watch.every=2", "watch.prompts=3", "prompt_secret=abcdefghijkl", "out=" + out);
    }
}
