package org.catrl.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.catrl.aggregate.Aggregator;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.data.JsonLines;
import org.catrl.data.Prompt;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.MeteredModel;
import org.catrl.recipe.AggregatorName;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.TrainRecipe;
import org.catrl.text.Utf8;
import org.catrl.train.Policy;

/**
 * Compute as Teacher at test time: prompts in, pseudo-references out, nothing trained.
 *
 * <pre>{@code
 * AggregationRun.of(Path.of("models/arithmetic/cat.yaml"), List.of("aggregator=majority"))
 *         .run(Path.of("prompts.jsonl"), Path.of("references.jsonl"));
 * }</pre>
 */
public final class AggregationRun {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "aggregate";

    private final TrainRecipe recipe;
    private RunListener listener = RunListener.SILENT;

    private AggregationRun(TrainRecipe recipe) {
        this.recipe = recipe.keyed();
    }

    /**
     * An aggregation by a recipe's model, sampling and aggregator.
     *
     * @param overrides {@code key=value}, as behind --set of the command
     * @throws RecipeException naming file, line and key; also where the aggregator asks for labels
     */
    public static AggregationRun of(Path file, List<String> overrides) {
        TrainRecipe recipe = Recipes.train(file, overrides);
        if (recipe.aggregation().aggregator() == AggregatorName.LABELS) {
            throw new RecipeException(file + ": aggregator is labels; there are none here");
        }
        return new AggregationRun(recipe);
    }

    /** Tells a listener what happens. */
    public AggregationRun listener(RunListener hears) {
        listener = hears;
        return this;
    }

    /**
     * Writes a reference for every prompt.
     *
     * @param prompts a JSONL file in the recipe's data schema
     * @param output  one JSON object a line; made anew
     * @throws java.nio.file.FileAlreadyExistsException when the output is there; and all that {@link TrainingRun#run}
     *                                                  throws
     */
    public Aggregation run(Path prompts, Path output) throws IOException {
        Path folder = recipe.run().model();
        ModelCheck.folder(folder);
        List<Prompt> asked = ModelCheck.fitting(folder, prompts,
                JsonLines.prompts(prompts, recipe.task().data().fields()), recipe, listener);
        Backends.Opened opened = recipe.run().backend().open();
        try (Backend backend = opened.backend();
             Policy policy = Policy.open(backend, folder, recipe.hostingSettings(folder), listener::loading);
             ModelRoles roles = new ModelRoles(recipe, backend, policy,
                     Optional.of(output.resolveSibling(output.getFileName() + ".responses")), listener);
             OutputStream lines = Files.newOutputStream(output, StandardOpenOption.CREATE_NEW)) {
            listener.started(RunStart.of(opened));
            MeteredModel anchor = new MeteredModel(roles.askedBy(recipe.aggregation().aggregator()));
            return aggregate(asked, policy, anchor, lines, output);
        }
    }

    private Aggregation aggregate(List<Prompt> asked, Policy policy, MeteredModel anchor, OutputStream lines,
                                  Path output) throws IOException {
        SamplingSettings sampling = recipe.task().sampling().toSettings();
        AggregatorFactory aggregators = new AggregatorFactory(recipe);
        Aggregator aggregator = aggregator(aggregators, anchor);
        long sampled = 0;
        int abstained = 0;
        listener.evaluating(NAME, 0, asked.size());
        for (int from = 0; from < asked.size(); from += recipe.task().eval().batch()) {
            List<Prompt> batch = asked.subList(from, Math.min(asked.size(), from + recipe.task().eval().batch()));
            List<SampledGroup> groups = policy.sample(batch, recipe.numGenerations(), sampling, 0);
            StringBuilder text = new StringBuilder();
            for (TaughtGroup taught : aggregator.teach(groups, 0)) {
                int tokens = tokens(taught.group());
                text.append(line(taught.group().prompt(), taught.reference(), tokens)).append('\n');
                sampled += tokens;
                abstained += taught.reference().abstained().isPresent() ? 1 : 0;
            }
            // at once: a process that is ended leaves whole lines
            lines.write(Utf8.wellFormed(text.toString()).getBytes(StandardCharsets.UTF_8));
            listener.evaluating(NAME, from + batch.size(), asked.size());
        }
        return new Aggregation(output, asked.size(), abstained, sampled, anchor.used().read(), anchor.used().written(),
                aggregators.format().takeAllGivenUp());
    }

    private Aggregator aggregator(AggregatorFactory aggregators, MeteredModel anchor) {
        AggregatorName name = recipe.aggregation().aggregator();
        return name == AggregatorName.CUSTOM
                ? aggregators.custom(recipe.aggregation().aggregatorName(), anchor) : aggregators.of(name, anchor);
    }

    private static int tokens(SampledGroup group) {
        return group.rollouts().stream().mapToInt(rollout -> rollout.completion().ids().length).sum();
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
