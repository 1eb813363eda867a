package org.catrl.run;

import java.nio.file.Path;
import java.time.LocalDateTime;
import org.catrl.recipe.MeasuredRecipe;
import org.catrl.record.RunFolder;

/** Where runs' records go. */
final class RunFolders {
    private RunFolders() { }

    /** The recipe's {@code out}, else runs/DATE-TIME-NAME under the working folder. */
    static RunFolder create(MeasuredRecipe recipe) {
        return RunFolder.create(recipe.out() != null ? Path.of(recipe.out())
                : RunFolder.named(Path.of(""), recipe.name(), LocalDateTime.now()));
    }
}
