package org.catrl.cli;

import java.nio.file.Path;
import java.time.LocalDateTime;
import org.catrl.recipe.MeasuredRecipe;
import org.catrl.record.RunFolder;

/** Where a run's record goes. */
final class OutFolder {
    private OutFolder() { }

    /** The recipe's {@code out}, else runs/DATE-TIME-NAME under the working folder. */
    static RunFolder create(MeasuredRecipe recipe) {
        return RunFolder.create(recipe.out() != null ? Path.of(recipe.out())
                : RunFolder.named(Path.of(""), recipe.name(), LocalDateTime.now()));
    }
}
