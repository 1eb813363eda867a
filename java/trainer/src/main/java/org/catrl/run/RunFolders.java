package org.catrl.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catrl.compute.Backends;
import org.catrl.recipe.MetricsRecipe;
import org.catrl.recipe.Recipe;
import org.catrl.recipe.RecipeYaml;
import org.catrl.record.MetricSink;
import org.catrl.record.MetricSinks;
import org.catrl.record.RunFolder;
import org.catrl.record.RunRecord;

/** Records of new runs, in the folders that they go to. */
final class RunFolders {
    /** Facts of a run that are only made for a record: hashes of weights take their time. */
    interface Facts {
        /** The facts by name. */
        Map<String, String> get() throws IOException;
    }

    private RunFolders() { }

    /** The record that somebody asks for over a recipe; its own {@code out} is that of its training. */
    static Optional<RunRecord> ifAskedFor(Recipe recipe, List<String> overrides, Facts facts,
                                          Backends.Opened opened) throws IOException {
        return overrides.stream().anyMatch(assignment -> assignment.strip().startsWith("out="))
                ? Optional.of(record(recipe, facts.get(), opened, 0)) : Optional.empty();
    }

    /**
     * The places that the metrics of a training go to beside its record.
     *
     * @param done steps that are done and kept
     */
    static MetricSink metrics(Recipe recipe, RunFolder run, int done) {
        MetricsRecipe places = recipe.run().metrics();
        return MetricSinks.open(run.folder(), places.tensorboard(), places.csv(), done);
    }

    private static RunRecord record(Recipe recipe, Map<String, String> facts, Backends.Opened opened,
                                    int wholeGroups) {
        RunRecord record = RunRecord.begin(create(recipe), facts, wholeGroups);
        try {
            record.recipe(RecipeYaml.write((Record) recipe));
            record.started(RunFacts.start(0, opened));
            return record;
        } catch (RuntimeException e) {
            record.close();
            throw e;
        }
    }

    /** A folder in the recipe's {@code out}, else in runs/DATE-TIME-NAME under the working folder. */
    static RunFolder create(Recipe recipe) {
        return recipe.run().out() != null ? RunFolder.create(Path.of(recipe.run().out()))
                : RunFolder.named(Path.of(""), recipe.run().name(), LocalDateTime.now());
    }
}
