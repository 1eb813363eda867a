package org.catrl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever may call something from outside finds its meaning beside it, in files that a reader can hold. */
class PublicDocsTest {
    private static final Path SOURCES = Path.of("src/main/java/org/catrl");
    private static final int LONGEST_MEDIAN = 5;

    @Test
    void whatIsPublicIsDocumented() throws IOException {
        List<String> complaints = new ArrayList<>();
        for (Path file : javaFiles()) {
            complaints.addAll(rules(file).complaints());
        }
        assertEquals(List.of(), complaints, () -> String.join("\n", complaints) + "\n");
    }

    @Test
    void theMedianMethodIsShort() throws IOException {
        List<Integer> lengths = new ArrayList<>();
        for (Path file : javaFiles()) {
            lengths.addAll(rules(file).methodLengths());
        }
        Collections.sort(lengths);
        int median = lengths.get(lengths.size() / 2);
        System.out.printf("%d methods, median length %d lines, longest %d%n", lengths.size(), median,
                lengths.get(lengths.size() - 1));
        assertTrue(median <= LONGEST_MEDIAN, "the median method has " + median + " lines");
    }

    @Test
    void everyBreachIsNamedWithItsLine() {
        String source = """
                package org.catrl;
                public class Bare {
                    public Bare() {
                    }
                    /** Of the i-th part. */
                    public int part(int i) {
                        return i;
                    }
                    /** @throws Exception when it fails */
                    public void empty() {
                    }
                    void nine(int a, int b, int c, int d, int e, int f, int g, int h, int i) {
                    }
                    interface Seen {
                        void method();
                    }
                    /**
                     * A pair.
                     * @param left the left half
                     * @param right
                     */
                    public record Pair(int left, int right) {
                    }
                    record Eleven(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j, int k) {
                    }
                }
                """ + "// " + "-".repeat(SourceRules.LONGEST_LINE) + "\n";
        assertEquals(List.of(
                "Bare.java:2 Bare is public and has no Javadoc",
                "Bare.java:3 Bare is public and has no Javadoc",
                "Bare.java:5 Javadoc without its noun: Of the i-th part.",
                "Bare.java:9 Javadoc without its noun: only tags",
                "Bare.java:10 empty is public and has no Javadoc",
                "Bare.java:12 nine has 9 parameters",
                "Bare.java:15 method is public and has no Javadoc",
                "Bare.java:22 Pair has no @param right",
                "Bare.java:24 Eleven has 11 components",
                "Bare.java:27 line of 123 characters"),
                new SourceRules("Bare.java", source).complaints());
    }

    @Test
    void whatIsPrivateOverriddenOrDocumentedPasses() {
        String source = """
                /** A file that obeys. */
                public class Good {
                    /** A good one of the given size, which is at least 1. */
                    public Good(int size) {
                    }
                    @Override
                    public String toString() {
                        return "good";
                    }
                    private void hidden() {
                    }
                    void near() {
                    }
                    /**
                     * A named size.
                     * @param size how many bytes
                     */
                    public record Size(int size) {
                        public Size {
                        }
                    }
                }
                """;
        assertEquals(List.of(), new SourceRules("Good.java", source).complaints());
    }

    @Test
    void lengthCountsFromBraceToBrace() {
        String source = """
                abstract class Lengths {
                    abstract void none();
                    void empty() {
                    }
                    int line() { return 1; }
                    int two() {
                        int two = 2;
                        return two;
                    }
                }
                """;
        assertEquals(List.of(2, 1, 4), new SourceRules("Lengths.java", source).methodLengths());
    }

    @Test
    void textThatIsNoJavaIsAnError() {
        assertThrows(IllegalArgumentException.class, () -> new SourceRules("No.java", "class {"));
    }

    private static SourceRules rules(Path file) throws IOException {
        return new SourceRules(SOURCES.relativize(file).toString(), Files.readString(file));
    }

    private static List<Path> javaFiles() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
            assertFalse(found.isEmpty(), SOURCES + " holds no source");
            return found;
        }
    }
}
