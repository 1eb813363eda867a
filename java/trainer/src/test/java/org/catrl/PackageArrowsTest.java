package org.catrl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may call whom: the arrows between packages run only downward. */
class PackageArrowsTest {
    private static final Path SOURCES = Path.of("src/main/java/org/catrl");
    private static final Pattern REFERENCE = Pattern.compile("\\borg\\.catrl\\.([a-z]+)(?:\\.reference)?\\.[A-Z]");

    private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(
            Map.entry("compute", Set.of("kernels")),
            Map.entry("model", Set.of("compute")),
            Map.entry("text", Set.of()),
            Map.entry("data", Set.of()),
            Map.entry("run", Set.of()),
            Map.entry("generate", Set.of("model", "compute", "data", "text")),
            Map.entry("aggregate", Set.of("generate", "data", "text")),
            Map.entry("reward", Set.of("aggregate", "generate", "data", "text")),
            Map.entry("train", Set.of("aggregate", "reward", "generate", "model", "compute", "data", "text")),
            Map.entry("cli", Set.of("train", "aggregate", "reward", "generate", "model", "compute", "data", "text",
                    "run")));

    @Test
    void everyImportRunsDownward() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path file : sources()) {
            String from = packageOf(file);
            Set<String> allowed = ALLOWED.get(from);
            assertTrue(allowed != null, "package org.catrl." + from + " has no place in the arrows");
            Matcher uses = REFERENCE.matcher(codeOf(file));
            while (uses.find()) {
                String to = uses.group(1);
                if (!to.equals(from) && !allowed.contains(to)) {
                    wrong.add(SOURCES.relativize(file) + " uses org.catrl." + to);
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void noClassHoldsMutableStaticState() throws IOException {
        Pattern mutable = Pattern.compile("^\\s*(?:private|public|protected)?\\s*static\\s+(?!final|class|record|enum|"
                + "interface|sealed|abstract|native|<|void)[\\w<>\\[\\], .]+\\s\\w+\\s*(?:=|;)", Pattern.MULTILINE);
        for (Path file : sources()) {
            Matcher found = mutable.matcher(codeOf(file));
            assertTrue(!found.find(), () -> SOURCES.relativize(file) + " holds static state: " + found.group().strip());
        }
    }

    @Test
    void everyPackageSaysWhatLivesThere() throws IOException {
        for (Path file : sources()) {
            assertTrue(Files.exists(file.resolveSibling("package-info.java")), file + " has no package-info.java beside");
        }
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static String packageOf(Path file) {
        return SOURCES.relativize(file).getName(0).toString();
    }

    /** The file without its comments, so that a Javadoc link up the arrows is no offence. */
    private static String codeOf(Path file) throws IOException {
        return Files.readString(file).replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("//.*", "");
    }
}
