package org.catrl.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.catrl.data.JsonLines;
import org.catrl.data.LabelledPrompt;
import org.catrl.data.Prompt;
import org.catrl.data.Prompts;
import org.catrl.data.Shuffled;
import org.catrl.run.RecipeException;
import org.catrl.train.LabelledGroup;

/** Prompts from files. Answers in the training file are read for {@code aggregator: labels} only. */
final class JsonLinesTask implements Task {
    private final Path trainFile;
    private final List<Prompt> train;
    private final List<LabelledPrompt> heldOut;
    private final List<LabelledPrompt> probe;
    private final long seed;

    /** @throws org.catrl.data.DataException */
    JsonLinesTask(DataRecipe recipe, long seed) {
        this.trainFile = recipe.train() == null ? null : Path.of(recipe.train());
        this.train = trainFile == null ? List.of() : JsonLines.prompts(trainFile);
        this.heldOut = labelled(recipe.heldOut());
        this.probe = labelled(recipe.probe());
        this.seed = seed;
    }

    private static List<LabelledPrompt> labelled(String file) {
        return file == null ? List.of() : JsonLines.labelled(Path.of(file));
    }

    @Override
    public Prompts prompts() {
        if (trainFile == null) {
            throw new RecipeException("data.train is missing; training needs a file of prompts");
        }
        return new Shuffled<>(train, seed)::batch;
    }

    @Override
    public List<LabelledPrompt> heldOut(int count) {
        return first(heldOut, count);
    }

    @Override
    public List<LabelledPrompt> probe(int count) {
        return first(probe, count);
    }

    @Override
    public List<LabelledGroup> repairs(int count, int rollouts) {
        return List.of();
    }

    @Override
    public IntFunction<LabelledPrompt> labels() {
        return JsonLines.labelled(trainFile)::get;
    }

    @Override
    public List<String> promptTexts() {
        return Stream.concat(train.stream(), Stream.concat(heldOut.stream(), probe.stream())
                .map(LabelledPrompt::prompt)).map(Prompt::text).toList();
    }

    private static List<LabelledPrompt> first(List<LabelledPrompt> prompts, int count) {
        return prompts.subList(0, Math.min(count, prompts.size()));
    }
}
