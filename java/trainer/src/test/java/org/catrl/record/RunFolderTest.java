package org.catrl.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    record Evidence(int promptId, List<Double> rewards) { }

    @TempDir
    Path parent;

    @Test
    void everyLineIsOnDiskAsSoonAsItIsWritten() throws IOException {
        try (RunFolder run = RunFolder.named(parent, "cat", LocalDateTime.of(2026, 1, 2, 3, 4, 5))) {
            Path folder = run.folder();
            Map<String, Number> values = new LinkedHashMap<>();
            values.put("reward", 0.5);
            values.put("kl", Double.NaN);
            run.metrics(1, values);
            run.group(new Evidence(3, List.of(1.0, 0.0)));
            assertEquals("{\"step\":1,\"reward\":0.5,\"kl\":null}\n",
                    Files.readString(folder.resolve("metrics.jsonl")));
            assertEquals("2026-01-02-030405-cat", folder.getFileName().toString());
            assertEquals("{\"prompt_id\":3,\"rewards\":[1.0,0.0]}\n", Files.readString(folder.resolve("groups.jsonl")));
        }
    }

    /** What a model writes may hold half a character. */
    @Test
    void aRecordIsWrittenWhateverItHolds() throws IOException {
        try (RunFolder run = RunFolder.create(parent.resolve("b"))) {
            run.group(Map.of("text", "a\ud800b"));
            run.summary(Map.of("text", "\udc00"));
            run.recipe("name: \ud800\n");
        }
        assertEquals("{\"text\":\"a\ufffdb\"}\n", Files.readString(parent.resolve("b/groups.jsonl")));
        assertEquals("name: \ufffd\n", Files.readString(parent.resolve("b/recipe.yaml")));
    }

    @Test
    void anotherRunsRecordIsNotOverwritten() {
        RunFolder.create(parent.resolve("a")).close();
        assertThrows(RunFolderException.class, () -> RunFolder.create(parent.resolve("a")));
    }
}
