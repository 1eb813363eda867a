package org.catrl.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.catrl.lm.ModelSettings;
import org.catrl.model.TransformerSettings;
import org.catrl.run.AdviceTask;
import org.catrl.run.ArithmeticTask;
import org.catrl.run.JsonLinesTask;
import org.catrl.run.Task;
import org.catrl.train.OptimizerConfig;
import org.catrl.train.PolicySettings;

/** What the recipes of all commands have in common: a model, where it runs, and how it is measured. */
public interface MeasuredRecipe {
    String name();

    String model();

    BackendName backend();

    int threads();

    StorageName dtype();

    boolean exact();

    boolean checkLaunches();

    long seed();

    String out();

    DataRecipe data();

    SamplingRecipe sampling();

    SynthesisRecipe synthesis();

    AnswerRecipe answer();

    EvalRecipe eval();

    ChatRecipe chat();

    /** Rollouts that meet in one synthesis. */
    int numGenerations();

    /** How a model of this folder is hosted when it is only asked. */
    default PolicySettings askingSettings(Path folder) throws IOException {
        return new PolicySettings(new ModelSettings(seed(), sampling().maxBatchRows(),
                (long) sampling().cacheMb() << 20, TransformerSettings.DEFAULT, dtype().type(), Optional.empty(),
                chat().settings(folder)), OptimizerConfig.trlDefaults(), 1);
    }

    /** The problems. */
    default Task task() {
        return switch (data().source()) {
            case ARITHMETIC -> new ArithmeticTask(data().seed());
            case ADVICE -> new AdviceTask(data().seed());
            case JSONL -> new JsonLinesTask(data(), seed());
        };
    }
}
