package org.catrl.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In which settings two recipes differ. */
class RecipeChangesTest {
    private static final Path CAT = Path.of("../../models/arithmetic/cat.yaml");

    private static RecipeChanges changes(String... now) {
        return RecipeChanges.between(Recipes.train(CAT, List.of()), Recipes.train(CAT, List.of(now)));
    }

    @Test
    void theyAreNamedAsARecipeWritesThem() {
        assertEquals(List.of(), changes("seed=1", "grpo.epsilon=0.2").keys(), "the values that it has");
        assertEquals(List.of("grpo.epsilon", "max_steps", "threads"),
                changes("threads=3", "max_steps=81", "grpo.epsilon=0.3").keys());
        assertTrue(changes("lora={r: 2, lora_alpha: 4}").keys().containsAll(List.of("lora.lora_alpha", "lora.r")));
        assertEquals(List.of("rewards"), changes("rewards=[{kind: answer, weight: 2}]").keys());
    }

    @Test
    void whatMayNotChangeIsTold() {
        changes("threads=3").requireOnly("runs/x", key -> key.equals("threads"));
        String message = assertThrows(RecipeException.class, () -> changes("threads=3", "seed=4")
                .requireOnly("runs/x", key -> key.equals("threads"))).getMessage();
        assertEquals("runs/x: seed is 4, and the run began with 1; what the run has learned so far depends on it: start "
                + "a new run for that, in another --out", message);
    }

    @Test
    void noSecretIsTold() {
        String message = assertThrows(RecipeException.class, () -> changes("prompt_secret=sesame-open")
                .requireOnly("runs/x", key -> false)).getMessage();
        assertFalse(message.contains("sesame"), message);
        String address = assertThrows(RecipeException.class, () -> changes(
                "roles={judge: {to: endpoint, base_url: 'http://user:sesame@host/v1', model: m}}")
                .requireOnly("runs/x", key -> !key.endsWith("base_url"))).getMessage();
        assertFalse(address.contains("sesame"), address);
    }
}
