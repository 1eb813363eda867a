package org.catrl.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.TrainRecipe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRolesTest {
    @Test
    void allAreClosedThoughTwoFail() {
        List<String> closed = new ArrayList<>();
        Deque<AutoCloseable> open = new ArrayDeque<>(List.of(failing("first"), failing("second"),
                () -> closed.add("third")));
        IllegalStateException failure = assertThrows(IllegalStateException.class, () -> ModelRoles.closeAll(open));
        assertEquals("a model does not close: first", failure.getMessage());
        assertEquals("second", failure.getSuppressed()[0].getMessage());
        assertEquals(List.of("third"), closed);
    }

    @Test
    void damageToTheFileOfAnswersIsTold(@TempDir Path folder) throws IOException {
        Path answers = folder.resolve("out.jsonl.responses");
        Files.writeString(answers, "{\"key\": \"cut o\n");
        TrainRecipe recipe = Recipes.train(Path.of("../../models/arithmetic/cat.yaml"), List.of(
                "roles.anchor={to: endpoint, model: m, base_url: 'http://localhost:1/v1'}"));
        List<String> told = new ArrayList<>();
        RunListener listener = new RunListener() {
            @Override
            public void damagedAnswers(Path file, int lines) {
                told.add(file + " " + lines);
            }
        };
        try (ModelRoles roles = new ModelRoles(recipe, null, null, Optional.of(answers), listener)) {
            roles.anchor();
        }
        assertEquals(List.of(answers + " 1"), told);
    }

    private static AutoCloseable failing(String name) {
        return () -> {
            throw new IOException(name);
        };
    }
}
