package org.catrl.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.catrl.data.DataException;
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
    private final DataSource.Jsonl data;
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
        this(data, train(data), labelled(data, data.files().heldOut(), Part.TEST),
                labelled(data, data.files().probe(), Part.VALIDATION), seed);
    }

    private JsonLinesTask(DataSource.Jsonl data, List<Prompt> train, List<LabelledPrompt> heldOut,
                          List<LabelledPrompt> probe, long seed) {
        this.data = data;
        this.train = train;
        this.heldOut = heldOut;
        this.probe = probe;
        this.seed = seed;
    }

    private static List<Prompt> train(DataSource.Jsonl data) {
        Path file = data.files().train();
        return file == null ? List.of() : JsonLines.prompts(file, data.fields()).stream()
                .filter(prompt -> data.hashSplit().of(prompt.text()) == Part.TRAIN).toList();
    }

    /** The problems of a file of their own, or of a part of the training file. */
    private static List<LabelledPrompt> labelled(DataSource.Jsonl data, Path file, Part part) {
        if (file != null) {
            return LabelledLines.read(file, data.fields());
        }
        HashSplit split = data.hashSplit();
        boolean some = part == Part.TEST ? split.test() > 0 : split.validation() > 0;
        return !some ? List.of() : LabelledLines.read(data.files().train(), data.fields()).stream()
                .filter(problem -> split.of(problem.prompt().text()) == part).toList();
    }

    @Override
    public Prompts prompts() {
        if (data.files().train() == null) {
            throw new RecipeException("data.train is missing; training needs a file of prompts");
        }
        if (train.isEmpty()) {
            throw new DataException(data.files().train() + ": data.split and data.too_long leave no prompt to train "
                    + "on; lower the shares of data.split, or give more or shorter prompts");
        }
        return new Shuffled<>(train, seed)::batch;
    }

    @Override
    public String promptsSha256() {
        return Origin.sha256(Origin.texts(train.stream()));
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
        return LabelledLines.read(data.files().train(), data.fields())::get;
    }

    @Override
    public List<Prompt> examplePrompts() {
        return Stream.concat(train.stream(), Stream.concat(heldOut.stream(), probe.stream())
                .map(LabelledPrompt::prompt)).toList();
    }

    /** The place in the file whose prompt it is, that of training first. */
    @Override
    public String place(Prompt prompt) {
        Path own = holds(heldOut, prompt) ? data.files().heldOut() : holds(probe, prompt) ? data.files().probe() : null;
        return JsonLines.place(own == null || train.contains(prompt) ? data.files().train() : own, prompt.id());
    }

    private static boolean holds(List<LabelledPrompt> problems, Prompt prompt) {
        return problems.stream().anyMatch(problem -> problem.prompt().equals(prompt));
    }

    @Override
    public Task without(Set<Prompt> tooLong) {
        return new JsonLinesTask(data, train.stream().filter(prompt -> !tooLong.contains(prompt)).toList(),
                without(heldOut, tooLong), without(probe, tooLong), seed);
    }

    private static List<LabelledPrompt> without(List<LabelledPrompt> problems, Set<Prompt> tooLong) {
        return problems.stream().filter(problem -> !tooLong.contains(problem.prompt())).toList();
    }

    private static List<LabelledPrompt> first(List<LabelledPrompt> prompts, int count) {
        return prompts.subList(0, Math.min(count, prompts.size()));
    }
}
