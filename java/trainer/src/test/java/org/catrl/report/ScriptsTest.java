package org.catrl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page's own sources: how they are joined, and what they never do. */
class ScriptsTest {
    private static final Path SOURCES = Path.of("src/main/resources/org/catrl/report");
    private static final int LONGEST_FILE = 260;
    private static final Pattern IMPORT = Pattern.compile("(?m)^import \\{([^}]*)} from \"\\./(\\w+)\\.js\";$");

    @Test
    void whatIsNeededStandsBeforeWhoNeedsIt() {
        Map<String, String> files = Map.of(
                "app.js", "import {one, two} from \"./a.js\";\nimport {three} from \"./b.js\";\none();\n",
                "a.js", "import {three} from \"./b.js\";\nexport function one() {}\nexport const two = three;\n",
                "b.js", "export class three {}\nexport async function four() {}\n");
        assertEquals("""
                (() => {
                const module_b = (() => {
                class three {}
                async function four() {}
                return {three, four};
                })();
                const module_a = (() => {
                const {three} = module_b;
                function one() {}
                const two = three;
                return {one, two};
                })();
                const module_app = (() => {
                const {one, two} = module_a;
                const {three} = module_b;
                one();
                return {};
                })();
                })();
                """, Scripts.from("app", files::get));
    }

    @Test
    void everyImportIsExportedAndUsed() throws IOException {
        for (Path file : sources(".js")) {
            String source = Files.readString(file);
            IMPORT.matcher(source).results().forEach(needed -> {
                String other = read(needed.group(2) + ".js");
                for (String name : needed.group(1).strip().split("\\s*,\\s*")) {
                    assertTrue(Pattern.compile("(?m)^export (?:async )?(?:function|class|const|let) " + name + "\\b")
                            .matcher(other).find(), file + " imports " + name);
                    assertTrue(Pattern.compile("\\b" + name + "\\b").matcher(source.substring(needed.end())).find(),
                            file + " needs no " + name);
                }
            });
        }
    }

    /** Text of a model can only become markup through one of these. */
    @Test
    void nothingParsesMarkupOrRunsText() throws IOException {
        Pattern wrong = Pattern.compile("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|DOMParser|setHTML"
                + "|createContextualFragment|\\beval\\(|new Function|srcdoc|javascript:|\"style\"");
        for (Path file : sources(".js")) {
            assertFalse(wrong.matcher(Files.readString(file)).find(), file.toString());
        }
    }

    @Test
    void everyFileIsPartOfThePage() throws IOException {
        String page = new Page().html("title", "");
        for (Path file : sources(".js")) {
            assertTrue(page.contains("const module_" + file.getFileName().toString().replace(".js", " ")), file + "");
        }
        for (Path file : sources(".css")) {
            assertTrue(page.contains(Files.readString(file)), file + " is not in the page");
        }
        assertFalse(Pattern.compile("(?m)^(?:import|export) ").matcher(page).find());
    }

    @Test
    void filesCanBeHeldInTheHead() throws IOException {
        assertEquals(List.of(), sources(".js").stream().filter(file ->
                read(file.getFileName().toString()).lines().count() > LONGEST_FILE).toList());
    }

    private static String read(String name) {
        try {
            return Files.readString(SOURCES.resolve(name));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Path> sources(String ending) throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }
}
