package org.catrl.run;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import org.catrl.recipe.Recipe;
import org.catrl.record.RunFolder;

/** The folders that runs' records go to. */
final class RunFolders {
    private RunFolders() { }

    /** The record that somebody asks for over a recipe; its own {@code out} is that of its training. */
    static Optional<RunFolder> ifAskedFor(Recipe recipe, List<String> overrides) {
        return overrides.stream().anyMatch(assignment -> assignment.strip().startsWith("out="))
                ? Optional.of(create(recipe)) : Optional.empty();
    }

    /** The record in the recipe's {@code out}, else in runs/DATE-TIME-NAME under the working folder. */
    static RunFolder create(Recipe recipe) {
        return recipe.run().out() != null ? RunFolder.create(Path.of(recipe.run().out()))
                : RunFolder.named(Path.of(""), recipe.run().name(), LocalDateTime.now());
    }
}
