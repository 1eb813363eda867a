package org.catrl.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.catrl.data.arithmetic.Addition;
import org.catrl.data.arithmetic.Corpus;
import org.catrl.train.LossType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes that are shipped, and the rules between their keys. */
class RecipesTest {
    private static final Path CAT = Path.of("../../models/arithmetic/cat.yaml");
    private static final Path SFT = Path.of("../../models/arithmetic/sft.yaml");

    @TempDir
    Path folder;

    @Test
    void theShippedRecipesAreRead() {
        TrainRecipe cat = train();
        assertEquals(LossType.DAPO, cat.grpo().lossType());
        assertEquals(AggregatorName.SYNTHESIS, cat.aggregator());
        assertTrue(RecipeFile.read(SFT, SftRecipe.DEFAULTS, List.of()).stages().size() > 1);
    }

    @Test
    void theShippedTemplateIsTheFormTheCorpusTaught() {
        List<String> rollouts = List.of("a#1.", "b#2.");
        var responses = rollouts.stream().map(text -> new org.catrl.aggregate.Response(text, false, false)).toList();
        assertEquals(Corpus.synthesisPrompt(rollouts),
                train().synthesis().prompt().of(java.util.Optional.empty(), responses));
    }

    @Test
    void theShippedPatternFindsTheAnswer() {
        Addition problem = new Addition(347, 58, 926);
        assertEquals(problem.answer(), train().answer().toFormat().extract(problem.solution()).orElseThrow());
        assertTrue(train().answer().toFormat().extract("a786021b45#013").isEmpty());
    }

    @Test
    void aRecipeReadsBackWhatItWrites() throws Exception {
        Path written = folder.resolve("recipe.yaml");
        java.nio.file.Files.writeString(written, RecipeYaml.write(train()));
        assertEquals(train(), RecipeFile.read(written, TrainRecipe.DEFAULTS, List.of()));
    }

    @Test
    void trueLabelsAreAskedForByName() {
        assertEquals(AggregatorName.SYNTHESIS, TrainRecipe.DEFAULTS.aggregator());
        assertEquals(AggregatorName.LABELS, train("aggregator=labels").aggregator());
    }

    @Test
    void rulesBetweenKeysNameTheKey() {
        assertError("pattern is null; it goes with format: pattern", "answer={format: pattern}");
        assertError("answer.format is \"regex\"; it must be one of boxed, free, number, choice, text, pattern", "answer.format=regex");
        assertError("mini_batches is 3; it must be a divisor of the prompts of a step", "grpo.mini_batches=3");
        assertError("train is missing; source: jsonl needs a file of prompts", "data={source: jsonl}");
        assertError("train is x.jsonl; it goes with source: jsonl", "data.train=x.jsonl");
        assertError("unknown key \"sampling.temprature\"; did you mean \"temperature\"?", "sampling.temprature=1");
        assertError("num_generations is 1; it must be 2 or more", "grpo.num_generations=1");
        assertError("backend is \"gpu\"; it must be one of auto, cpu, cuda, reference", "backend=gpu");
        assertError("attempts is 0", "synthesis.attempts=0");
        assertError("max_steps is 0; it must be 1 or more", "max_steps=0");
    }

    private static TrainRecipe train(String... assignments) {
        return RecipeFile.read(CAT, TrainRecipe.DEFAULTS, List.of(assignments));
    }

    private static void assertError(String part, String assignment) {
        String message = assertThrows(RecipeException.class, () -> train(assignment)).getMessage();
        assertTrue(message.contains(part), message);
        assertTrue(message.startsWith("--set "), message);
    }
}
