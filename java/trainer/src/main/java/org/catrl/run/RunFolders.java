package org.catrl.run;

import java.nio.file.Path;
import java.time.LocalDateTime;
import org.catrl.recipe.Recipe;
import org.catrl.record.RunFolder;

/** The folders that runs' records go to. */
final class RunFolders {
    private RunFolders() { }

    /** The record in the recipe's {@code out}, else in runs/DATE-TIME-NAME under the working folder. */
    static RunFolder create(Recipe recipe) {
        return recipe.run().out() != null ? RunFolder.create(Path.of(recipe.run().out()))
                : RunFolder.named(Path.of(""), recipe.run().name(), LocalDateTime.now());
    }
}
