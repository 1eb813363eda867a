package org.catrl.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

@Tag("hostile")
class FolderFilesTest {
    private static final FolderFiles FILES = new FolderFiles((file, what, cause) ->
            new IOException(file + ": " + what, cause));

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(temporary.resolve("model"));
    }

    @Test
    void nothingButARegularFileInsideIsOpened() throws IOException {
        for (Map.Entry<String, HostileFiles.Harm> harm : HostileFiles.all().entrySet()) {
            Path file = folder.resolve("config.json");
            harm.getValue().to(file);
            assertTrue(FolderFiles.has(file), harm.getKey());
            assertRefused(harm.getKey(), () -> FILES.read(file));
            assertRefused(harm.getKey(), () -> FILES.tree(file));
            assertRefused(harm.getKey(), () -> FILES.open(file).close());
            assertRefused(harm.getKey(), () -> FILES.copy(file, temporary));
            assertFalse(Files.exists(temporary.resolve("config.json")), harm.getKey());
        }
    }

    @Test
    void aFileFarLongerThanItsNameAllowsIsNotRead() throws IOException {
        for (Map.Entry<String, Long> longest : Map.of("config.json", 1L << 20, "tokenizer.json", 64L << 20,
                "tokenizer_config.json", 16L << 20).entrySet()) {
            HostileFiles.sparse(folder.resolve(longest.getKey()), longest.getValue() + 1);
            assertRefused("no more than " + longest.getValue() + " are read", () ->
                    FILES.read(folder.resolve(longest.getKey())));
            HostileFiles.sparse(folder.resolve(longest.getKey()), longest.getValue());
            assertEquals(longest.getValue(), FILES.read(folder.resolve(longest.getKey())).length);
        }
    }

    @Test
    void linksWithinTheFolderAndOfTheHubsCacheAreFollowedAndCopiedAsFiles() throws IOException {
        Path snapshot = Files.createDirectories(temporary.resolve("models--x/snapshots/0a1b"));
        Path blobs = Files.createDirectories(temporary.resolve("models--x/blobs"));
        Files.writeString(blobs.resolve("77"), "{\"a\": 1}");
        Files.createSymbolicLink(snapshot.resolve("config.json"), Path.of("../../blobs/77"));
        Files.createSymbolicLink(snapshot.resolve("other.json"), Path.of("config.json"));
        assertEquals(1, FILES.tree(snapshot.resolve("other.json")).path("a").intValue());
        FILES.copy(snapshot.resolve("config.json"), folder);
        assertFalse(Files.isSymbolicLink(folder.resolve("config.json")));
        assertEquals("{\"a\": 1}", Files.readString(folder.resolve("config.json")));
        Files.createSymbolicLink(snapshot.resolve("out.json"), Path.of("../../../secret"));
        Files.writeString(temporary.resolve("secret"), "{}");
        assertRefused("outside the folder", () -> FILES.tree(snapshot.resolve("out.json")));
    }

    @Test
    void aLinkWhereTheCopyGoesIsReplacedNotFollowed() throws IOException {
        Path target = Files.createDirectory(temporary.resolve("target"));
        Files.writeString(temporary.resolve("precious"), "mine");
        Files.createSymbolicLink(target.resolve("config.json"), temporary.resolve("precious"));
        Files.writeString(folder.resolve("config.json"), "{}");
        FILES.copy(folder.resolve("config.json"), target);
        assertEquals("mine", Files.readString(temporary.resolve("precious")));
        assertEquals("{}", Files.readString(target.resolve("config.json")));
        FILES.copy(target.resolve("config.json"), target);
        assertEquals("{}", Files.readString(target.resolve("config.json")));
    }

    @Test
    void jsonIsBoundedInDepthAndCount() throws IOException {
        Path file = folder.resolve("tokenizer.json");
        Files.writeString(file, "[".repeat(100_000));
        assertRefused("is not valid JSON: Document nesting depth", () -> FILES.tree(file));
        Files.writeString(file, "[" + "1,".repeat(9_000_000) + "1]");
        assertRefused("is not valid JSON: Token count", () -> FILES.tree(file));
        Files.writeString(file, "{\"a\": 1, \"a\": 2}");
        assertRefused("Duplicate field 'a'", () -> FILES.tree(file));
        Files.writeString(file, "{} {}");
        assertRefused("is not valid JSON", () -> FILES.tree(file));
    }

    @Test
    void textIsUtf8() throws IOException {
        Path file = folder.resolve("chat_template.jinja");
        Files.write(file, "\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertRefused("is not valid UTF-8", () -> FILES.text(file));
        Files.writeString(file, "\ufeffhello");
        assertEquals("hello", FILES.text(file));
    }

    private void assertRefused(String what, Executable read) {
        String message = assertTimeoutPreemptively(Duration.ofSeconds(20), () ->
                assertThrows(IOException.class, read)).getMessage();
        assertTrue(message.startsWith(temporary.toString()) && message.contains(what), message);
    }
}
