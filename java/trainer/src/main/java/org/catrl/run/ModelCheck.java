package org.catrl.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.catrl.aggregate.Response;
import org.catrl.data.DataException;
import org.catrl.data.Example;
import org.catrl.data.JsonLines;
import org.catrl.data.Prompt;
import org.catrl.generate.RequestException;
import org.catrl.lm.ChatSettings;
import org.catrl.lm.ModelFiles;
import org.catrl.lm.PromptEncoder;
import org.catrl.model.LoraFiles;
import org.catrl.model.ModelConfig;
import org.catrl.model.ModelFormatException;
import org.catrl.recipe.AggregatorName;
import org.catrl.recipe.DataSource;
import org.catrl.recipe.ModelSource;
import org.catrl.recipe.Recipe;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.SftRecipe;
import org.catrl.recipe.TrainRecipe;
import org.catrl.text.ChatTemplate;
import org.catrl.text.ChatTemplateException;
import org.catrl.text.Excerpt;
import org.catrl.text.HuggingFaceTokenizer;
import org.catrl.train.ExampleEncoder;

/**
 * What is checked of a Hugging Face folder before anything large is loaded.
 *
 * <pre>{@code
 * int longest = ModelCheck.fits(recipe.run().model(), Task.of(recipe), recipe).longestPrompt();
 * }</pre>
 */
public final class ModelCheck {
    /**
     * What fits a model's context.
     *
     * @param task          the problems, without those that were too long
     * @param longestPrompt its tokens
     * @param skipped       prompts that were too long and are left out
     * @param firstSkipped  the place of the first of them; empty where there are none
     */
    public record Fitting(Task task, int longestPrompt, int skipped, String firstSkipped) {
        /** Tells how many were left out; returns the task. */
        Task told(RunListener listener) {
            if (skipped > 0) {
                listener.skipped(skipped, firstSkipped);
            }
            return task;
        }
    }

    /** The prompts of a check. */
    private record Lengths(int longest, Map<Prompt, Integer> tooLong) { }

    /** Vocabularies are padded to multiples of at most this for the hardware's sake; a wider gap is another model's. */
    private static final int LARGEST_PADDING = 512;
    /** Characters of a prompt that a message shows. */
    private static final int SHOWN = 60;

    private static final Set<AggregatorName> SYNTHESES = EnumSet.of(AggregatorName.SYNTHESIS, AggregatorName.FALLBACK,
            AggregatorName.RECURSIVE_SYNTHESIS);

    private ModelCheck() { }

    /**
     * A check of configuration and tokenizer.
     *
     * @throws ModelFormatException when they are not there, or not of the same model
     */
    public static void folder(Path folder) throws IOException {
        open(folder).close();
    }

    /**
     * A check of the folder, and of every prompt with it. Prompts that do not fit are left out where the recipe says
     * {@code data.too_long: skip}.
     *
     * @throws DataException when a prompt and its longest completion do not fit the context together, naming its place
     */
    public static Fitting fits(Path folder, Task task, Recipe recipe) throws IOException {
        Lengths lengths = lengths(folder, task.examplePrompts(), recipe);
        Set<Prompt> tooLong = lengths.tooLong.keySet();
        String first = tooLong.stream().findFirst().map(task::place).orElse("");
        if (!tooLong.isEmpty() && !recipe.task().data().skipsTooLong()) {
            throw tooLong(first, lengths, folder, recipe);
        }
        return new Fitting(task.without(tooLong), lengths.longest, tooLong.size(), first);
    }

    /**
     * The same for prompts of a file of their own; returns those that fit.
     *
     * @param listener hears how many are left out
     */
    static List<Prompt> fitting(Path folder, Path file, List<Prompt> prompts, Recipe recipe, RunListener listener)
            throws IOException {
        Lengths lengths = lengths(folder, prompts, recipe);
        Set<Prompt> tooLong = lengths.tooLong.keySet();
        if (tooLong.isEmpty()) {
            return prompts;
        }
        String first = JsonLines.place(file, tooLong.iterator().next().id());
        if (!recipe.task().data().skipsTooLong()) {
            throw tooLong(first, lengths, folder, recipe);
        }
        listener.skipped(tooLong.size(), first);
        return prompts.stream().filter(prompt -> !tooLong.contains(prompt)).toList();
    }

    private static Lengths lengths(Path folder, List<Prompt> prompts, Recipe recipe) throws IOException {
        int most = positions(folder) - recipe.task().sampling().maxCompletionLength();
        try (HuggingFaceTokenizer tokenizer = open(folder)) {
            int longest = 1;
            Map<Prompt, Integer> tooLong = new LinkedHashMap<>();
            PromptEncoder encoder = encoder(folder, tokenizer, recipe);
            for (Prompt prompt : prompts) {
                int tokens = encoder.encode(prompt).length;
                if (tokens > most) {
                    tooLong.put(prompt, tokens);
                } else {
                    longest = Math.max(longest, tokens);
                }
            }
            return new Lengths(longest, tooLong);
        }
    }

    private static int positions(Path folder) throws IOException {
        return ModelConfig.read(existing(folder)).maxPositions();
    }

    private static DataException tooLong(String place, Lengths lengths, Path folder, Recipe recipe)
            throws IOException {
        Map.Entry<Prompt, Integer> first = lengths.tooLong.entrySet().iterator().next();
        String more = lengths.tooLong.size() == 1 ? "" : ", and so are " + (lengths.tooLong.size() - 1) + " more";
        return new DataException(place + ": the prompt \"" + Excerpt.of(first.getKey().text(), SHOWN) + "\" has "
                + first.getValue() + " tokens; with max_completion_length "
                + recipe.task().sampling().maxCompletionLength()
                + " it is longer than the model's context of " + positions(folder) + more
                + (recipe.task().data() instanceof DataSource.Jsonl ? "; data.too_long: skip leaves such prompts out"
                : "; lower sampling.max_completion_length"));
    }

    /**
     * A check that a synthesis of the shortest rollouts there can be fits the anchor's context, where the anchor is a
     * folder's model.
     *
     * @throws RecipeException when every synthesis would be left out
     */
    public static void synthesisFits(TrainRecipe recipe) throws IOException {
        Path folder = recipe.roles().anchor() instanceof ModelSource.Folder other ? other.model()
                : recipe.run().model();
        if (!SYNTHESES.contains(recipe.aggregation().aggregator())
                || recipe.roles().anchor() instanceof ModelSource.Endpoint) {
            return;
        }
        int positions = ModelConfig.read(existing(folder)).maxPositions();
        int completion = recipe.task().synthesis().maxCompletionLength();
        try (HuggingFaceTokenizer tokenizer = open(folder)) {
            int prompt = encoder(folder, tokenizer, recipe).encode(shortest(recipe)).length;
            if (prompt + completion > positions) {
                throw new RecipeException("synthesis.max_completion_length is " + completion + "; with the shortest "
                        + "prompt that can be asked, " + prompt + " tokens, it is longer than the anchor's context of "
                        + positions + ", so that no reference could be made; it must be " + (positions - prompt)
                        + " or less, and much less for rollouts of some length");
            }
        }
    }

    /**
     * A check of every example of a file.
     *
     * @throws DataException naming the first that cannot be learned
     */
    static void learnable(List<Example> examples, SftRecipe recipe) throws IOException {
        if (examples.isEmpty()) {
            return;
        }
        Path folder = existing(recipe.run().model());
        try (HuggingFaceTokenizer tokenizer = open(folder)) {
            ExampleEncoder encoder = new ExampleEncoder(ModelConfig.read(folder), tokenizer,
                    PromptEncoder.of(folder, tokenizer, recipe.chat()), recipe.lesson().appendEos());
            for (int i = 0; i < examples.size(); i++) {
                learnable(encoder, examples.get(i), recipe.lesson().examples().file() + ", example " + (i + 1));
            }
        }
    }

    private static void learnable(ExampleEncoder encoder, Example example, String where) {
        try {
            encoder.check(example);
        } catch (RequestException | ChatTemplateException e) {
            throw new DataException(where + ": " + e.getMessage(), e);
        }
    }

    private static String shortest(TrainRecipe recipe) {
        return recipe.task().synthesis().prompt().of(Optional.empty(), List.of(new Response("1", false, false)));
    }

    private static PromptEncoder encoder(Path folder, HuggingFaceTokenizer tokenizer, Recipe recipe)
            throws IOException {
        Optional<ChatSettings> chat = recipe.task().chat().settings(folder);
        return chat.isEmpty() ? PromptEncoder.plain(tokenizer) : PromptEncoder.chat(tokenizer,
                ChatTemplate.load(existing(folder)).orElseThrow(), chat.get());
    }

    private static HuggingFaceTokenizer open(Path folder) throws IOException {
        Path model = existing(folder);
        int vocab = ModelConfig.read(model).vocab();
        ModelFiles.check(model);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(model);
        int tokens = tokenizer.size();
        if (tokens > vocab || vocab - tokens >= LARGEST_PADDING) {
            tokenizer.close();
            throw new ModelFormatException(model, "tokenizer.json has " + tokens + " tokens, but config.json says "
                    + "vocab_size " + vocab + "; the two are not of the same model");
        }
        return tokenizer;
    }

    /** The folder of configuration and tokenizer. */
    private static Path existing(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new ModelFormatException(folder, "there is no such model folder");
        }
        return LoraFiles.modelFolder(folder);
    }
}
