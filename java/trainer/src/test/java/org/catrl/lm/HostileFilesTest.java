package org.catrl.lm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.catrl.compute.DType;
import org.catrl.compute.reference.ReferenceBackend;
import org.catrl.folder.HostileFiles;
import org.catrl.model.LoadListener;
import org.catrl.model.ModelFormatException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that are copied into the folder of a trained model: those of the source, and no others. */
@Tag("hostile")
class HostileFilesTest {
    private static final Path TINY = Path.of("src/test/resources/org/catrl/model/tiny-random-qwen3");
    private static final List<String> KEPT = List.of("tokenizer.json", "tokenizer_config.json",
            "special_tokens_map.json", "chat_template.jinja", "generation_config.json");

    @TempDir
    Path temporary;

    private Path source;
    private Path target;

    @BeforeEach
    void makeFolders() throws IOException {
        source = Files.createDirectory(temporary.resolve("source"));
        target = temporary.resolve("target");
        for (String name : List.of("config.json", "model.safetensors")) {
            Files.copy(TINY.resolve(name), source.resolve(name));
        }
    }

    @Test
    void noSecretIsCopiedAndNothingHangs() throws IOException {
        for (String name : KEPT) {
            for (Map.Entry<String, HostileFiles.Harm> harm : HostileFiles.all().entrySet()) {
                harm.getValue().to(source.resolve(name));
                String message = assertTimeoutPreemptively(Duration.ofSeconds(20), () ->
                        assertThrows(ModelFormatException.class, () -> ModelFiles.copy(source, target))).getMessage();
                assertTrue(message.startsWith(source.resolve(name).toString()) && message.contains(harm.getKey()),
                        message);
                assertFalse(Files.exists(target.resolve(name)));
                Files.delete(source.resolve(name));
            }
        }
    }

    /** What cannot be copied is said before the weights are loaded, not after they were trained. */
    @Test
    void whatCannotBeCopiedIsSaidAtTheStart() throws IOException {
        Files.createSymbolicLink(source.resolve("special_tokens_map.json"), temporary.resolve("secret"));
        Files.writeString(temporary.resolve("secret"), "secret");
        try (ReferenceBackend backend = new ReferenceBackend()) {
            String message = assertThrows(ModelFormatException.class, () -> open(backend)).getMessage();
            assertTrue(message.contains("special_tokens_map.json: is a link to "), message);
            assertEquals(Map.of(), backend.ledger().byOwner());
        }
    }

    @Test
    void aFolderOfTheHubsCacheIsCopiedAsFiles() throws IOException {
        Path hub = temporary.resolve("models--x");
        Path snapshot = Files.createDirectories(hub.resolve("snapshots/0a1b"));
        Path blobs = Files.createDirectories(hub.resolve("blobs"));
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : files.toList()) {
                Files.move(file, blobs.resolve(file.getFileName()));
                Files.createSymbolicLink(snapshot.resolve(file.getFileName()),
                        Path.of("../../blobs").resolve(file.getFileName()));
            }
        }
        Files.writeString(blobs.resolve("77"), "{}");
        Files.createSymbolicLink(snapshot.resolve("tokenizer_config.json"), Path.of("../../blobs/77"));
        source = snapshot;
        try (ReferenceBackend backend = new ReferenceBackend(); ModelWeights weights = open(backend)) {
            weights.save(target);
        }
        for (String name : List.of("config.json", "model.safetensors", "tokenizer_config.json")) {
            assertTrue(Files.isRegularFile(target.resolve(name), java.nio.file.LinkOption.NOFOLLOW_LINKS), name);
        }
    }

    private ModelWeights open(ReferenceBackend backend) throws IOException {
        return ModelWeights.open(backend, source, DType.F32, Optional.empty(), false, 1, LoadListener.NONE);
    }
}
