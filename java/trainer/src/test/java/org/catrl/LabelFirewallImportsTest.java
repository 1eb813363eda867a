package org.catrl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The label firewall as a rule of names: what learns, and all that it is made of, cannot spell a type that holds gold.
 */
class LabelFirewallImportsTest {
    private static final Path MAIN = Path.of("src/main/java/org/catrl");
    private static final Pattern GOLD = Pattern.compile("LabelledPrompt|LabelledGroup|org\\.catrl\\.evaluate\\b"
            + "|org\\.catrl\\.data\\.(?:advice|arithmetic)\\b");

    @Test
    void whatLearnsNamesNoGold() throws IOException {
        for (String name : List.of("train", "aggregate", "reward", "lm", "flow", "generate", "model")) {
            assertEquals(List.of(), naming(MAIN.resolve(name)), name + " must not name gold");
        }
    }

    /** The rule sees what it is made to see: the named controls. */
    @Test
    void theControlsNameIt() throws IOException {
        List<String> controls = naming(MAIN.resolve("evaluate"));
        for (String control : List.of("GoldAggregator.java", "GoldRubrics.java", "AdviceGrader.java")) {
            assertTrue(controls.contains(control), control + " is not among " + controls);
        }
    }

    private static List<String> naming(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).filter(file -> GOLD.matcher(code(file))
                    .find())
                    .map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** The file without its comments, which may speak of labels. */
    private static String code(Path file) {
        try {
            return Files.readString(file).replaceAll("(?s)/\\*.*?\\*/|//[^\\n]*", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
