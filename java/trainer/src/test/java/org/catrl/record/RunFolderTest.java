package org.catrl.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    @TempDir
    Path parent;

    @Test
    void aRunIsNamedByItsTimeAndKnownByItsRecord() {
        RunFolder run = RunFolder.named(parent, "cat", LocalDateTime.of(2026, 1, 2, 3, 4, 5));
        assertEquals("2026-01-02-030405-cat", run.folder().getFileName().toString());
        RunRecord.open(run, 0).close();
        RunFolder.reopen(run.folder()).close();
        assertThrows(RunFolderException.class, () -> RunFolder.reopen(parent));
    }

    /** What a model writes may hold half a character. */
    @Test
    void textIsWrittenWhateverItHolds() throws IOException {
        RunFolder run = RunFolder.create(parent.resolve("b"));
        run.summary(Map.of("text", "\udc00"));
        run.recipe("name: \ud800\n");
        assertEquals("{\n  \"text\" : \"\ufffd\"\n}\n", Files.readString(parent.resolve("b/summary.json")));
        assertEquals("name: \ufffd\n", Files.readString(parent.resolve("b/recipe.yaml")));
    }

    @Test
    void anotherRunsRecordIsNotOverwritten() {
        RunRecord.open(RunFolder.create(parent.resolve("a")), 0).close();
        assertThrows(RunFolderException.class, () -> RunFolder.create(parent.resolve("a")));
    }
}
