package org.catrl.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.catrl.data.DataException;
import org.catrl.data.JsonLines;
import org.catrl.data.Prompt;
import org.catrl.lm.ChatSettings;
import org.catrl.lm.PromptEncoder;
import org.catrl.model.LoraFiles;
import org.catrl.model.ModelConfig;
import org.catrl.model.ModelFormatException;
import org.catrl.recipe.Recipe;
import org.catrl.text.ChatTemplate;
import org.catrl.text.HuggingFaceTokenizer;

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
        String text = first.getKey().text();
        String start = text.length() <= 60 ? text : text.substring(0, 60) + "...";
        String more = lengths.tooLong.size() == 1 ? "" : ", and so are " + (lengths.tooLong.size() - 1) + " more";
        return new DataException(place + ": the prompt \"" + start + "\" has " + first.getValue() + " tokens; with "
                + "max_completion_length " + recipe.task().sampling().maxCompletionLength()
                + " it is longer than the model's context of " + positions(folder) + more
                + "; data.too_long: skip leaves such prompts out");
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
