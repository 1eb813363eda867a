package org.catrl.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.catrl.setting.SettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeFileTest {
    enum LossType { GRPO, DR_GRPO }

    record Loss(LossType lossType, double epsilon, Double epsilonHigh) {
        Loss {
            if (epsilon <= 0) {
                throw new SettingException("epsilon", epsilon, "it must be above 0");
            }
        }
    }

    record Stage(int steps, String name) { }

    record Recipe(String model, int maxSteps, boolean resume, Loss loss, List<Stage> stages) { }

    private static final Recipe DEFAULTS =
            new Recipe(".", 100, false, new Loss(LossType.GRPO, 0.2, null), List.of());

    @TempDir
    Path folder;

    @Test
    void keepsDefaultsWhereTheFileSaysNothing() throws IOException {
        Recipe recipe = read("max_steps: 7\nloss:\n  loss_type: dr_grpo\n");
        assertEquals(new Recipe(".", 7, false, new Loss(LossType.DR_GRPO, 0.2, null), List.of()), recipe);
        assertEquals(DEFAULTS, read(""));
    }

    @Test
    void readsBackWhatItWrites() throws IOException {
        Recipe recipe = new Recipe("a: b", 7, true, new Loss(LossType.DR_GRPO, 0.1, 0.3), List.of(new Stage(3, "12")));
        assertEquals(recipe, read(RecipeYaml.write(recipe)));
    }

    @Test
    void theCommandLineComesLast() throws IOException {
        Recipe recipe = read("max_steps: 7\n", "max_steps=9", "loss.epsilon_high=0.4", "stages=[{steps: 2, name: a}]");
        assertEquals(new Recipe(".", 9, false, new Loss(LossType.GRPO, 0.2, 0.4), List.of(new Stage(2, "a"))), recipe);
    }

    @Test
    void anExponentNeedsNoPoint() throws IOException {
        assertEquals(1e-4, read("loss: {epsilon: 1e-4}").loss().epsilon());
        assertEquals(0.5, read("", "loss.epsilon=5E-1").loss().epsilon());
    }

    @Test
    void namesTheUnknownKeyItsPlaceAndTheNearestKnownName() {
        assertError("recipe.yaml, line 3: unknown key \"loss.epsilonhigh\"; did you mean \"epsilon_high\"?",
                "max_steps: 7\nloss:\n  epsilonhigh: 0.3\n");
        assertError("recipe.yaml, line 1: unknown key \"zzz\"; known here: loss, max_steps, model, resume, stages",
                "zzz: 1");
        assertError("recipe.yaml, line 3: unknown key \"stages.1.step\"; did you mean \"steps\"?",
                "stages:\n  - {steps: 1, name: a}\n  - {step: 1, name: a}\n");
        assertError("--set los.epsilon=1: unknown key \"los\"; did you mean \"loss\"?", "", "los.epsilon=1");
    }

    @Test
    void namesBadValues() {
        assertError("recipe.yaml, line 2: in loss: epsilon is -1.0; it must be above 0", "loss:\n  epsilon: -1\n",
                new String[0]);
        assertError("recipe.yaml, line 1: loss.loss_type is \"gspo\"; it must be one of grpo, dr_grpo",
                "loss: {loss_type: gspo}");
        assertThrows(RecipeException.class, () -> read("max_steps: 7.5"));
        assertThrows(RecipeException.class, () -> read("max_steps: seven"));
        assertThrows(RecipeException.class, () -> read("resume: 1"));
        assertThrows(RecipeException.class, () -> read("model: 5"));
        assertThrows(RecipeException.class, () -> read("max_steps: 1\nmax_steps: 2"));
        assertThrows(RecipeException.class, () -> read("just a text"));
        assertThrows(RecipeException.class, () -> read("a: [1"));
    }

    @Test
    void aMissingFileIsNamed() {
        var error = assertThrows(RecipeException.class,
                () -> RecipeFile.parse(folder.resolve("none.yaml"), List.of()));
        assertEquals(folder.resolve("none.yaml") + ": there is no such recipe", error.getMessage());
    }

    private void assertError(String message, String yaml, String... assignments) {
        var error = assertThrows(RecipeException.class, () -> read(yaml, assignments));
        assertEquals(message, error.getMessage().replace(folder + "/", ""));
    }

    private Recipe read(String yaml, String... assignments) throws IOException {
        Path file = Files.writeString(folder.resolve("recipe.yaml"), yaml);
        return RecipeFile.parse(file, List.of(assignments)).read(DEFAULTS);
    }
}
