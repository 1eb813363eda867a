package org.catrl.cli;

import static org.catrl.setting.SettingException.require;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.catrl.compute.Backend;
import org.catrl.compute.BackendException;
import org.catrl.compute.CountingBackend;
import org.catrl.recipe.BackendName;
import org.catrl.recipe.BackendRecipe;
import org.catrl.recipe.DataSource;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.TrainRecipe;
import org.catrl.run.MemoryForecast;
import org.catrl.run.ModelCheck;
import org.catrl.run.Task;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catrl plan}: the memory of a run, phase by phase, before anything is allocated. */
@Command(name = "plan", description = "Prints the memory that a run of a recipe will hold, on the CPU and on CUDA.",
        mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
    private static final int ASSUMED = 1024;

    @Parameters(paramLabel = "RECIPE", description = "A YAML file, e.g. models/arithmetic/cat.yaml.")
    private Path file;

    @Option(names = "--prompt-tokens", paramLabel = "N", description = "Tokens of the longest prompt, instead of "
            + "looking at the prompts.")
    private Integer promptTokens;

    @Mixin
    private RunOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        require(promptTokens == null || promptTokens >= 1, "--prompt-tokens", promptTokens, "1 or more");
        TrainRecipe recipe = Recipes.train(file, options.assignments());
        PrintWriter out = spec.commandLine().getOut();
        int longest = longestPrompt(recipe, out);
        try (Backend cpu = BackendRecipe.of(BackendName.CPU, recipe.run().backend().threads()).open()
                .backend()) {
            PlanTable.print(MemoryForecast.of(recipe, longest, CountingBackend.like(cpu), cpu.availableBytes()), out);
        }
        PlanTable.print(MemoryForecast.of(recipe, longest, CountingBackend.cuda(), cudaBytes()), out);
        return ExitCode.OK.code();
    }

    /**
     * The tokens of the recipe's longest prompt; an assumed number where its prompts or the tokenizer have not been
     * downloaded yet.
     */
    private int longestPrompt(TrainRecipe recipe, PrintWriter out) throws IOException {
        Optional<Path> missing = missing(recipe);
        if (missing.isEmpty() && promptTokens == null) {
            return ModelCheck.fits(recipe.run().model(), Task.of(recipe), recipe).longestPrompt();
        }
        int assumed = promptTokens == null ? ASSUMED : promptTokens;
        out.printf("the longest prompt is taken to have %d tokens (--prompt-tokens)%s%n", assumed,
                missing.map(file -> "; not there yet: " + file).orElse(""));
        return assumed;
    }

    private static Optional<Path> missing(TrainRecipe recipe) {
        Stream<Path> tokenizer = Stream.of(recipe.run().model().resolve("tokenizer.json"));
        Stream<Path> train = recipe.task().data() instanceof DataSource.Jsonl data
                ? Stream.ofNullable(data.files().train()) : Stream.empty();
        return Stream.concat(tokenizer, train).filter(file -> !Files.exists(file)).findFirst();
    }

    /** Free bytes of the first device, or Long.MAX_VALUE where there is none. */
    private static long cudaBytes() {
        try (Backend cuda = BackendRecipe.of(BackendName.CUDA, 1).open().backend()) {
            return cuda.availableBytes();
        } catch (BackendException e) {
            return Long.MAX_VALUE;
        }
    }
}
