package org.catrl.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.catrl.compute.BackendSettings;
import org.catrl.compute.Backends;
import org.catrl.model.TransformerSettings;
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

    /** The backend. @throws org.catrl.compute.BackendException when it is not there */
    default Backends.Opened openBackend() {
        int all = threads() == 0 ? Runtime.getRuntime().availableProcessors() : threads();
        return Backends.open(Spelling.of(backend()), new BackendSettings(all, 0, exact(), checkLaunches()));
    }

    /** How a model of this folder is hosted when it only answers. */
    default PolicySettings hostingSettings(Path folder) throws IOException {
        return new PolicySettings(seed(), OptimizerConfig.trlDefaults(), 1, sampling().maxBatchRows(),
                (long) sampling().cacheMb() << 20, TransformerSettings.DEFAULT, dtype().type(), Optional.empty(),
                chat().settings(folder));
    }
}
