package org.catrl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.catrl.compute.Backend;
import org.catrl.compute.BackendException;
import org.catrl.compute.CountingBackend;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catrl plan}: the memory of a run, phase by phase, before anything is allocated. */
@Command(name = "plan", description = "Prints the memory that a run of a recipe will hold, on the CPU and on CUDA.",
        mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RECIPE", description = "A YAML file, e.g. models/arithmetic/cat.yaml.")
    private Path file;

    @Mixin
    private RunOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        TrainRecipe recipe = Recipes.read(file, TrainRecipe.DEFAULTS, options.assignments());
        int longest = ModelCheck.fits(Path.of(recipe.model()), recipe.task(), recipe);
        PrintWriter out = spec.commandLine().getOut();
        try (Backend cpu = BackendLine.open(BackendName.CPU, recipe.threads(), false).backend()) {
            PlanTable.of(recipe, longest, CountingBackend.like(cpu), cpu.availableBytes()).print(out);
        }
        PlanTable.of(recipe, longest, CountingBackend.cuda(), cudaBytes()).print(out);
        return ExitCode.OK.code();
    }

    /** Free bytes of the first device, or Long.MAX_VALUE where there is none. */
    private static long cudaBytes() {
        try (Backend cuda = BackendLine.open(BackendName.CUDA, 1, false).backend()) {
            return cuda.availableBytes();
        } catch (BackendException e) {
            return Long.MAX_VALUE;
        }
    }
}
