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
    @CsvSource({"math500, qwen3-4b, 0.7, 20, 0.8", "math500, gemma3-4b, 1, 64, 0.95",
        "math500, llama3.1-8b, 0.7, 50, 0.9", "healthbench, qwen3-4b, 0.7, 20, 0.8",
        "healthbench, gemma3-4b, 1, 64, 0.95", "healthbench, llama3.1-8b, 0.7, 50, 0.9"})
    void holdThePapersSettingsAndArePlanned(String data, String model, double temperature, int topK, double topP) {
        Path file = Path.of("../../models/paper/" + data + "-" + model + ".yaml");
        TrainRecipe recipe = Recipes.train(file, List.of());
        boolean math = data.equals("math500");
        assertEquals(List.of(temperature, (double) topK, topP), List.of(recipe.task().sampling().temperature(),
                (double) recipe.task().sampling().topK(), recipe.task().sampling().topP()));
        assertEquals(math ? 1536 : 1024, recipe.task().sampling().maxCompletionLength());
        assertEquals(256, recipe.schedule().promptsPerStep());
        assertEquals(1000, recipe.schedule().maxSteps());
        assertEquals(8, recipe.update().grpo().numGenerations());
        assertEquals(5e-7, recipe.update().optimizer().learningRate());
        assertEquals(1e-3, recipe.update().grpo().kl().beta());
        assertEquals(KlPlacement.REWARD, recipe.update().grpo().kl().klPlacement());
        assertEquals(LossType.GRPO, recipe.update().grpo().lossType());
        assertEquals(math, recipe.task().answer().strict());
        assertEquals(math ? List.of(new RewardSpec.Answer(1)) : List.of(new RewardSpec.Rubric(1),
                new RewardSpec.LengthPenalty(1, 750, -1)), recipe.reward().rewards());
        StringWriter out = new StringWriter();
        assertEquals(0, Main.run(new PrintWriter(out), new PrintWriter(out, true), "plan", file.toString()),
                out.toString());
        assertTrue(out.toString().contains("tokenizer.json") && out.toString().contains("optimizer"), out.toString());
    }
}
