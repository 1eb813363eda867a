package org.catrl.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.catrl.compute.Backend;
import org.catrl.compute.BackendException;
import org.catrl.compute.MemoryAdvice;
import org.catrl.model.LoraFiles;
import org.catrl.model.ModelConfig;
import org.catrl.recipe.JudgeRecipe;
import org.catrl.recipe.TrainRecipe;
import org.catrl.train.GrpoConfig;
import org.catrl.train.MemoryPlan;

/**
 * What a recipe will hold of a backend's memory, before anything is allocated.
 *
 * <pre>{@code
 * MemoryForecast.of(recipe, 1024, CountingBackend.cuda(), free).requireFits();
 * }</pre>
 *
 * @param backend   the name of the backend
 * @param available bytes there are; Long.MAX_VALUE = not known
 * @param phases    what is held at the end of each, in order
 */
public record MemoryForecast(String backend, long available, List<MemoryPlan.Phase> phases) {
    /**
     * The forecast of a recipe.
     *
     * @param longestPrompt its tokens
     * @param counted       see {@link org.catrl.compute.CountingBackend}
     * @param available     bytes there are; Long.MAX_VALUE = not known
     */
    public static MemoryForecast of(TrainRecipe recipe, int longestPrompt, Backend counted, long available)
            throws IOException {
        GrpoConfig grpo = recipe.update().grpo();
        int samples = recipe.schedule().promptsPerStep() * grpo.numGenerations();
        boolean likelihood = recipe.reward().judge().method() == JudgeRecipe.Method.LIKELIHOOD;
        MemoryPlan.Work work = new MemoryPlan.Work(longestPrompt, recipe.task().sampling().maxCompletionLength(),
                samples / grpo.passes().miniBatches(), samples, grpo.passes().microBatchTokens(), true,
                grpo.readsReference() || likelihood, frozen(recipe), recipe.schedule().save().isOn());
        return new MemoryForecast(counted.name(), available,
                MemoryPlan.of(counted, ModelConfig.read(LoraFiles.modelFolder(recipe.run().model())),
                        recipe.plannedSettings().model(), work));
    }

    private static List<ModelConfig> frozen(TrainRecipe recipe) throws IOException {
        List<ModelConfig> others = new ArrayList<>();
        for (Path folder : recipe.roles().folders()) {
            others.add(ModelConfig.read(LoraFiles.modelFolder(folder)));
        }
        return others;
    }

    /** The last phase. */
    public MemoryPlan.Phase last() {
        return phases.get(phases.size() - 1);
    }

    /** Whether the last phase fits. */
    public boolean fits() {
        return last().bytes() <= available;
    }

    /**
     * Refuses a run that cannot fit.
     *
     * @throws BackendException when it cannot, naming the phase, the largest owner and what lowers it
     */
    public void requireFits() {
        for (MemoryPlan.Phase phase : phases) {
            if (phase.bytes() > available) {
                String owner = phase.byOwner().entrySet().stream().max(Map.Entry.comparingByValue())
                        .orElseThrow().getKey();
                throw new BackendException("the run does not fit: by the end of its phase " + phase.name() + " it "
                        + "holds " + mib(phase.bytes()) + " MiB, and the backend " + backend + " has " + mib(available)
                        + " MiB; most of it is " + owner + ", lowered by " + MemoryAdvice.of(owner)
                        + "; catrl plan shows the rest, --ignore-plan goes on");
            }
        }
    }

    private static String mib(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / 1048576.0);
    }
}
