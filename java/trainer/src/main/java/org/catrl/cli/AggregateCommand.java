package org.catrl.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.catrl.aggregate.Aggregator;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.data.JsonLines;
import org.catrl.data.Prompt;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.MeteredModel;
import org.catrl.recipe.AggregatorName;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.TrainRecipe;
import org.catrl.run.AggregatorFactory;
import org.catrl.run.ModelCheck;
import org.catrl.run.ModelRoles;
import org.catrl.train.Policy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catrl aggregate}: Compute as Teacher at test time: prompts in, pseudo-references out, nothing trained. */
@Command(name = "aggregate", description = "Answers prompts by sampling several times and aggregating (test-time CaT).",
        mixinStandardHelpOptions = true)
final class AggregateCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Parameters(index = "0", paramLabel = "RECIPE", description = "A training recipe: its model, sampling, aggregator.")
    private Path file;

    @Parameters(index = "1", paramLabel = "PROMPTS", description = "A JSONL file in the recipe's data schema.")
    private Path prompts;

    @Option(names = "--output", paramLabel = "FILE", required = true,
            description = "Where the references go, one JSON object a line; it must not be there yet.")
    private Path output;

    @Mixin
    private RunOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        TrainRecipe recipe = Recipes.read(file, TrainRecipe.DEFAULTS, options.assignments());
        if (recipe.aggregator() == AggregatorName.LABELS) {
            throw new RecipeException(file + ": aggregator is labels; there are none here");
        }
        if (Files.exists(output)) {
            throw new ParameterException(spec.commandLine(), output + " is there already; name a new file");
        }
        Path folder = Path.of(recipe.model());
        ModelCheck.folder(folder);
        List<Prompt> asked = JsonLines.prompts(prompts, recipe.data().fields());
        PrintWriter out = spec.commandLine().getOut();
        Backends.Opened opened = BackendLine.open(recipe);
        try (Backend backend = opened.backend();
             Policy policy = LoadBar.policy(backend, folder, recipe.askingSettings(folder), out);
             ModelRoles roles = new ModelRoles(recipe, ModelRoles.NO_LABELS, backend, policy,
                     output.resolveSibling(output.getFileName() + ".responses"), out);
             BufferedWriter lines = Files.newBufferedWriter(output, StandardOpenOption.CREATE_NEW)) {
            out.println(BackendLine.of(opened));
            aggregate(recipe, asked, policy, roles, lines, out);
        }
        return ExitCode.OK.code();
    }

    private void aggregate(TrainRecipe recipe, List<Prompt> asked, Policy policy, ModelRoles roles, BufferedWriter lines,
                           PrintWriter out) throws IOException {
        AggregatorFactory teachers = new AggregatorFactory(recipe);
        MeteredModel anchor = new MeteredModel(roles.teacher(recipe.aggregator()));
        Aggregator teacher = recipe.aggregator() == AggregatorName.CUSTOM
                ? teachers.custom(recipe.aggregatorName(), anchor) : teachers.of(recipe.aggregator(), anchor);
        long sampled = 0;
        int abstained = 0;
        try (Progress progress = Progress.of(out, Terminal.present(), "aggregate", asked.size(), 10)) {
            for (int from = 0; from < asked.size(); from += recipe.eval().batch()) {
                List<Prompt> batch = asked.subList(from, Math.min(asked.size(), from + recipe.eval().batch()));
                List<SampledGroup> groups = policy.sample(batch, recipe.numGenerations(), recipe.sampling().toSettings(), 0);
                for (TaughtGroup taught : teacher.teach(groups, 0)) {
                    int tokens = taught.group().rollouts().stream()
                            .mapToInt(rollout -> rollout.completion().ids().length).sum();
                    lines.write(line(taught.group().prompt(), taught.reference(), tokens) + "\n");
                    sampled += tokens;
                    abstained += taught.reference().abstained().isPresent() ? 1 : 0;
                }
                lines.flush();
                progress.at(from + batch.size(), "");
            }
        }
        out.printf(Locale.ROOT, "%d references, %d abstained; tokens a prompt: %.0f in rollouts, %.0f read and %.0f written "
                + "for the reference%n%s%n", asked.size(), abstained, sampled / (double) asked.size(),
                anchor.used().read() / (double) asked.size(), anchor.used().written() / (double) asked.size(), output);
    }

    private static String line(Prompt prompt, PseudoReference reference, int tokens) {
        ObjectNode row = JSON.createObjectNode().put("id", prompt.id()).put("prompt", prompt.text())
                .put("reference", reference.text()).put("answer", reference.answer().orElse(null))
                .put("source", reference.source()).put("confidence", reference.confidence())
                .put("rollout_tokens", tokens);
        reference.abstained().ifPresent(why -> row.put("abstained", why));
        return row.toString();
    }
}
