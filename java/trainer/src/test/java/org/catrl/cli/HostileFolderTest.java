package org.catrl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that others made, given to the command: exit code 4 and a message, and no copy of what is not theirs. */
@Tag("hostile")
class HostileFolderTest {
    @TempDir
    Path folder;

    private Path model;

    @BeforeEach
    void makeModel() throws IOException {
        model = TinyModel.write(folder.resolve("model"));
    }

    @Test
    void aTokenizerThatTheLibraryDiesOfEndsWithAMessage() throws IOException {
        Path tokenizer = model.resolve("tokenizer.json");
        String good = Files.readString(tokenizer);
        Files.writeString(tokenizer, good.replaceFirst("\"pre_tokenizer\": ",
                "\"pre_tokenizer\": {\"type\": \"FixedLength\", \"length\": 0}, \"was\": "));
        assertRefused("it must be a length above 0", "sample", model.toString(), "Q1=");
    }

    @Test
    void aLinkToASecretIsNotFollowed() throws IOException {
        Files.writeString(folder.resolve("secret"), "{\"secret\": 1}");
        Files.createSymbolicLink(model.resolve("special_tokens_map.json"), folder.resolve("secret"));
        Path out = folder.resolve("out");
        assertRefused("outside the folder", "export", model.toString(), out.toString());
        assertFalse(Files.exists(out.resolve("special_tokens_map.json")));
    }

    @Test
    void weightsThatAreNotFetchedYetAreNamed() throws IOException {
        Files.writeString(model.resolve("model.safetensors"), "version https://git-lfs.github.com/spec/v1\noid x\n");
        assertRefused("run git lfs pull", "sample", model.toString(), "Q1=");
    }

    private static void assertRefused(String message, String... arguments) {
        StringWriter err = new StringWriter();
        int code = Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), arguments);
        assertTrue(err.toString().contains(message), err.toString());
        assertEquals(ExitCode.MODEL.code(), code, err.toString());
    }
}
