package org.catrl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Utf8Test {
    @TempDir
    Path folder;

    @Test
    void halfASurrogatePairIsReplaced() {
        String whole = "a\ud83d\ude00b\u4e2d";
        assertSame(whole, Utf8.wellFormed(whole));
        assertEquals("\ufffd", Utf8.wellFormed("\ud800"));
        assertEquals("\ufffd\ufffdx", Utf8.wellFormed("\ude00\ud83dx"));
        assertEquals("\ufffd\ud83d\ude00\ufffd", Utf8.wellFormed("\ud83d\ud83d\ude00\ude00"));
    }

    @Test
    void theFirstCharactersAreWhole() {
        assertEquals("ab", Utf8.first("abc", 2));
        assertEquals("abc", Utf8.first("abc", 9));
        assertEquals("a", Utf8.first("a\ud83d\ude00", 2));
        assertEquals("", Utf8.first("\ud83d\ude00", 1));
        assertEquals("", Utf8.first("x", 0));
    }

    @Test
    void everyTextCanBeWritten() throws IOException {
        Path file = folder.resolve("text");
        try (Writer writer = Utf8.writer(file)) {
            writer.write("a\ud800b\ud83d\ude00\ud83d");
        }
        assertEquals("a\ufffdb\ud83d\ude00\ufffd", Files.readString(file));
    }
}
