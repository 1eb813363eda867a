package org.catrl.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.catrl.cli.Main;
import org.catrl.train.KlPlacement;
import org.catrl.train.LossType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The recipes of models/paper, which lack nothing but downloads. */
class PaperRecipesTest {
    @ParameterizedTest
    @CsvSource({"math500, qwen3-4b, 0.7, 20, 0.8", "math500, gemma3-4b, 1, 64, 0.95", "math500, llama3.1-8b, 0.7, 50, 0.9",
        "healthbench, qwen3-4b, 0.7, 20, 0.8", "healthbench, gemma3-4b, 1, 64, 0.95", "healthbench, llama3.1-8b, 0.7, 50, 0.9"})
    void holdThePapersSettingsAndArePlanned(String data, String model, double temperature, int topK, double topP) {
        Path file = Path.of("../../models/paper/" + data + "-" + model + ".yaml");
        TrainRecipe recipe = Recipes.read(file, TrainRecipe.DEFAULTS, List.of());
        boolean math = data.equals("math500");
        assertEquals(List.of(temperature, (double) topK, topP), List.of(recipe.sampling().temperature(),
                (double) recipe.sampling().topK(), recipe.sampling().topP()));
        assertEquals(math ? 1536 : 1024, recipe.sampling().maxCompletionLength());
        assertEquals(256, recipe.promptsPerStep());
        assertEquals(1000, recipe.maxSteps());
        assertEquals(8, recipe.grpo().numGenerations());
        assertEquals(5e-7, recipe.optimizer().learningRate());
        assertEquals(1e-3, recipe.grpo().beta());
        assertEquals(KlPlacement.REWARD, recipe.grpo().klPlacement());
        assertEquals(LossType.GRPO, recipe.grpo().lossType());
        assertEquals(math, recipe.answer().strict());
        assertEquals(math ? List.of(RewardRecipe.Kind.ANSWER) : List.of(RewardRecipe.Kind.RUBRIC,
                RewardRecipe.Kind.LENGTH_PENALTY), recipe.rewards().stream().map(RewardRecipe::kind).toList());
        StringWriter out = new StringWriter();
        assertEquals(0, Main.run(new PrintWriter(out), new PrintWriter(out, true), "plan", file.toString()), out.toString());
        assertTrue(out.toString().contains("tokenizer.json") && out.toString().contains("optimizer"), out.toString());
    }
}
