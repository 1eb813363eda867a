package org.catrl.cli;

import java.io.IOException;
import java.io.PrintWriter;
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
import org.catrl.train.MemoryPlan;

/** What a recipe will hold of a backend's memory. */
final class PlanTable {
    private final String backend;
    private final long available;
    private final List<MemoryPlan.Phase> phases;

    private PlanTable(String backend, long available, List<MemoryPlan.Phase> phases) {
        this.backend = backend;
        this.available = available;
        this.phases = phases;
    }

    /**
     * @param counted   see {@link org.catrl.compute.CountingBackend}
     * @param available bytes there are; Long.MAX_VALUE = not known
     */
    static PlanTable of(TrainRecipe recipe, int longestPrompt, Backend counted, long available) throws IOException {
        int samples = recipe.promptsPerStep() * recipe.grpo().numGenerations();
        MemoryPlan.Work work = new MemoryPlan.Work(longestPrompt, recipe.sampling().maxCompletionLength(),
                samples / recipe.grpo().miniBatches(), samples, recipe.grpo().microBatchTokens(), true,
                recipe.grpo().readsReference() || recipe.judge().method() == JudgeRecipe.Method.LIKELIHOOD, frozen(recipe));
        return new PlanTable(counted.name(), available,
                MemoryPlan.of(counted, ModelConfig.read(LoraFiles.modelFolder(Path.of(recipe.model()))),
                        recipe.plannedSettings().model(), work));
    }

    private static List<ModelConfig> frozen(TrainRecipe recipe) throws IOException {
        List<ModelConfig> others = new ArrayList<>();
        for (Path folder : recipe.roles().folders()) {
            others.add(ModelConfig.read(LoraFiles.modelFolder(folder)));
        }
        return others;
    }

    private MemoryPlan.Phase last() {
        return phases.get(phases.size() - 1);
    }

    /** Held at the end. */
    long bytes() {
        return last().bytes();
    }

    boolean fits() {
        return bytes() <= available;
    }

    void print(PrintWriter out) {
        out.printf("%n%s%n  %-32s", backend, "MiB held at the end of");
        phases.forEach(phase -> out.printf("%12s", phase.name()));
        out.printf("  lowered by%n");
        for (String owner : last().byOwner().keySet()) {
            out.printf("  %-32s", owner);
            phases.forEach(phase -> out.printf("%12s", mib(phase.byOwner().getOrDefault(owner, 0L))));
            out.printf("  %s%n", MemoryAdvice.of(owner));
        }
        out.printf("  %-32s", "all");
        phases.forEach(phase -> out.printf("%12s", mib(phase.bytes())));
        out.printf("%n  %s%n", available == Long.MAX_VALUE ? "what there is of it is not known here"
                : mib(available) + " MiB are there: it " + (fits() ? "fits" : "does not fit"));
    }

    /** @throws BackendException when the run cannot fit */
    void requireFits() {
        for (MemoryPlan.Phase phase : phases) {
            if (phase.bytes() > available) {
                String owner = phase.byOwner().entrySet().stream().max(Map.Entry.comparingByValue())
                        .orElseThrow().getKey();
                throw new BackendException("the run does not fit: by the end of its phase " + phase.name() + " it holds "
                        + mib(phase.bytes()) + " MiB, and the backend " + backend + " has " + mib(available)
                        + " MiB; most of it is " + owner + ", lowered by " + MemoryAdvice.of(owner)
                        + "; catrl plan shows the rest, --ignore-plan goes on");
            }
        }
    }

    private static String mib(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / 1048576.0);
    }
}
