package org.catrl.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.catrl.recipe.Recipe;
import org.catrl.recipe.RecipeChanges;
import org.catrl.recipe.RecipeException;
import org.catrl.record.Checkpoints;
import org.catrl.record.RunFolder;
import org.catrl.train.LrSchedulerType;

/**
 * The taking up of a run: which one, from which of its checkpoints, and with which settings. What the run has learned
 * so far depends on its settings, so that only those may change that had no part in it.
 *
 * @param run   the folder of the run
 * @param asked the checkpoint that was named; empty = the newest
 */
record Resumption(Path run, Optional<Path> asked) {
    private static final String RECIPE = "recipe.yaml";
    private static final String STEPS = "max_steps";

    /** The settings that change nothing of the steps that are done. */
    private static final Pattern FREE = Pattern.compile("(?:examples\\.)?max_steps|save_\\w+|threads|backend|"
            + "check_launches|guard|watch\\..*|max_empty_steps|record\\..*|metrics\\..*");

    /**
     * The taking up of a run by the name of its folder, or of one of its checkpoints.
     *
     * @throws RecipeException when it is neither
     */
    static Resumption of(Path subject) {
        if (RunFolder.isRun(subject)) {
            return new Resumption(subject, Optional.empty());
        }
        Path parent = subject.toAbsolutePath().normalize().getParent();
        if (Checkpoints.isNamed(subject) && Files.isDirectory(subject) && RunFolder.isRun(parent)) {
            return new Resumption(subject.getParent() == null ? Path.of("") : subject.getParent(),
                    Optional.of(subject));
        }
        throw new RecipeException(subject + ": is neither the folder of a run nor a checkpoint in one, so that nothing "
                + "can be gone on with");
    }

    /**
     * The settings to go on with.
     *
     * @param read      reads the run's own recipe with overrides
     * @param overrides {@code key=value}
     * @throws RecipeException naming a key that may not change
     */
    <T extends Recipe> T recipe(List<String> overrides, RecipeSource<T> read) {
        T began = began(read);
        T now = read.of(run.resolve(RECIPE), overrides);
        requireFree(began, now, key -> false);
        return now;
    }

    private <T extends Recipe> T began(RecipeSource<T> read) {
        Path file = run.resolve(RECIPE);
        if (!Files.exists(file)) {
            throw new RecipeException(file + ": is not there, so the run ended before it had begun; begin it anew: "
                    + "train RECIPE --out " + run + " --resume auto");
        }
        return read.of(file, List.of());
    }
}
