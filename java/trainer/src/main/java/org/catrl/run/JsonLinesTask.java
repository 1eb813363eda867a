package org.catrl.run;

import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.catrl.data.DataException;
import org.catrl.data.FieldMapping;
import org.catrl.data.HashSplit;
import org.catrl.data.HashSplit.Part;
import org.catrl.data.JsonLines;
import org.catrl.data.LabelledLines;
import org.catrl.data.LabelledPrompt;
import org.catrl.data.Prompt;
import org.catrl.data.Prompts;
import org.catrl.data.Shuffled;
import org.catrl.evaluate.LabelledGroup;
import org.catrl.recipe.DataSource;
import org.catrl.recipe.RecipeException;

/** Prompts from files. Answers in the training file are read for {@code aggregator: labels} only. */
final class JsonLinesTask implements Task {
    private final Path trainFile;
    private final FieldMapping fields;
    private final List<Prompt> train;
    private final List<LabelledPrompt> heldOut;
    private final List<LabelledPrompt> probe;
    private final long seed;

    /**
     * The prompts and problems of some files, read at once.
     *
     * @throws org.catrl.data.DataException when a file cannot be used
     */
    JsonLinesTask(DataSource.Jsonl data, long seed) {
        this.trainFile = data.files().train();
        this.fields = data.fields();
        this.train = trainFile == null ? List.of() : JsonLines.prompts(trainFile, fields).stream()
                .filter(prompt -> data.hashSplit().of(prompt.text()) == Part.TRAIN).toList();
        this.heldOut = labelled(data.files().heldOut(), Part.TEST, data.hashSplit());
        this.probe = labelled(data.files().probe(), Part.VALIDATION, data.hashSplit());
        this.seed = seed;
    }

    /** The problems of a file of their own, or of a part of the training file. */
    private List<LabelledPrompt> labelled(Path file, Part part, HashSplit split) {
        if (file != null) {
            return LabelledLines.read(file, fields);
        }
        boolean some = part == Part.TEST ? split.test() > 0 : split.validation() > 0;
        return !some ? List.of() : LabelledLines.read(trainFile, fields).stream()
                .filter(problem -> split.of(problem.prompt().text()) == part).toList();
    }

    @Override
    public Prompts prompts() {
        if (trainFile == null) {
            throw new RecipeException("data.train is missing; training needs a file of prompts");
        }
        if (train.isEmpty()) {
            throw new DataException(trainFile + ": the split leaves no prompt to train on; lower the shares of "
                    + "data.split, or give more prompts");
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
        return LabelledLines.read(trainFile, fields)::get;
    }

    @Override
    public List<Prompt> examplePrompts() {
        return Stream.concat(train.stream(), Stream.concat(heldOut.stream(), probe.stream())
                .map(LabelledPrompt::prompt)).toList();
    }

    private static List<LabelledPrompt> first(List<LabelledPrompt> prompts, int count) {
        return prompts.subList(0, Math.min(count, prompts.size()));
    }
}
