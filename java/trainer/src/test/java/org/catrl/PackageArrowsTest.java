package org.catrl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may call whom: the arrows between packages, read with their full names, run only downward. */
class PackageArrowsTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final String ROOT = "org.catrl.";
    private static final Pattern PACKAGE = Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE);
    /** A type by its full name, in an import or in the code; group 1 is its package, group 2 the type or *. */
    private static final Pattern TYPE = Pattern.compile("\\b(org\\.catrl(?:\\.[a-z][a-z0-9]*)*)\\.([A-Z]\\w*|\\*)");

    /** The packages that train: what they import holds no gold. */
    private static final Set<String> WITHOUT_GOLD = Set.of("model", "generate", "flow", "lm", "aggregate", "reward",
            "guard", "train");
    /** What holds gold, a type or a package: labels, generated problems with their solutions, evaluations. */
    private static final Set<String> GOLD = Set.of("data.LabelledPrompt", "data.LabelledLines", "data.arithmetic",
            "data.advice", "evaluate");

    /** Every package and what it may use; only what stands above it in this list, so there is no circle. */
    private static final Map<String, String> ARROWS = new LinkedHashMap<>();

    static {
        allow("setting", "");
        allow("folder", "");
        allow("text.jinja", "");
        allow("text", "folder text.jinja");
        allow("text.algebra", "text");
        allow("record", "text");
        allow("report", "record text");
        allow("data", "setting text");
        allow("data.arithmetic", "data setting");
        allow("data.advice", "data setting");
        allow("compute", "kernels");
        allow("compute.reference", "compute");
        allow("compute.check", "compute");
        allow("model", "compute folder setting");
        allow("generate", "compute data model setting text");
        allow("flow", "data generate text");
        allow("lm", "compute data flow folder generate model setting text");
        allow("aggregate", "data flow generate lm setting text");
        allow("reward", "flow generate lm text");
        allow("guard", "aggregate data flow lm setting text");
        allow("train", "aggregate compute data flow generate lm model reward setting text");
        allow("evaluate", "aggregate data data.advice flow generate lm reward text");
        allow("recipe", "aggregate compute data data.advice data.arithmetic generate guard lm model reward setting "
                + "text text.algebra train");
        allow("run", "aggregate compute data data.advice data.arithmetic evaluate flow generate guard lm model recipe "
                + "record reward text train");
        allow("selftest", "aggregate compute compute.check compute.reference generate model recipe record reward run "
                + "text train");
        allow("cli", "compute data evaluate flow generate guard lm model recipe record report reward run selftest "
                + "setting text train");
    }

    private static void allow(String from, String to) {
        ARROWS.put(from, to);
    }

    @Test
    void everyPackageHasItsPlace() throws IOException {
        Set<String> found = new TreeSet<>();
        for (Path file : sources()) {
            found.add(packageOf(Files.readString(file)));
        }
        assertEquals(new TreeSet<>(ARROWS.keySet()), found);
    }

    @Test
    void theArrowsThemselvesRunDownward() {
        Set<String> above = new LinkedHashSet<>(Set.of("kernels"));
        ARROWS.forEach((from, to) -> {
            assertTrue(above.containsAll(targets(to)), () -> from + " may use " + to + ", but only " + above
                    + " stand below it");
            above.add(from);
        });
    }

    @Test
    void everyUseRunsDownward() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path file : sources()) {
            upward(Files.readString(file)).forEach(use -> wrong.add(SOURCES.relativize(file) + " uses " + use));
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void everyArrowIsUsed() throws IOException {
        Map<String, Set<String>> unused = new LinkedHashMap<>();
        ARROWS.forEach((from, to) -> unused.put(from, new TreeSet<>(targets(to))));
        for (Path file : sources()) {
            String source = Files.readString(file);
            types(source).forEach(type -> unused.get(packageOf(source)).remove(packageIn(type)));
        }
        unused.values().removeIf(Set::isEmpty);
        assertEquals(Map.of(), unused);
    }

    @Test
    void trainingImportsNothingThatHoldsGold() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path file : sources()) {
            gold(Files.readString(file)).forEach(use -> wrong.add(SOURCES.relativize(file) + " uses " + use));
        }
        assertEquals(List.of(), wrong);
    }

    /** The rule sees what it is made to see: the controls that read gold by name. */
    @Test
    void theNamedControlsReadGold() throws IOException {
        for (String control : List.of("GoldAggregator", "GoldRubrics")) {
            String source = Files.readString(SOURCES.resolve("org/catrl/evaluate/" + control + ".java"));
            assertTrue(types(source).stream().anyMatch(GOLD::contains), control + " reads no gold");
        }
    }

    @Test
    void anUpwardUseIsFoundHoweverItIsWritten() {
        String inModel = "package org.catrl.model;\n";
        assertEquals(List.of("text.jinja.Template"), upward(inModel + "import org.catrl.text.jinja.Template;"));
        assertEquals(List.of("data.advice.Corpus"), upward(inModel + "Object o = new org.catrl.data.advice.Corpus();"));
        assertEquals(List.of("compute.check.*"), upward(inModel + "import org.catrl.compute.check.*;"));
        assertEquals(List.of("train.Policy"), upward(inModel + "import static org.catrl.train.Policy.open;"));
        assertEquals(List.of(), upward(inModel + "import org.catrl.compute.Buffer; /* org.catrl.train.Policy */"));
        String inReward = "package org.catrl.reward;\n";
        assertEquals(List.of("data.LabelledPrompt"), gold(inReward + "import org.catrl.data.LabelledPrompt;"));
        assertEquals(List.of("data.LabelledLines"), gold(inReward + "var p = org.catrl.data.LabelledLines.read(f);"));
        assertEquals(List.of("data.*"), gold(inReward + "import org.catrl.data.*;"));
        assertEquals(List.of("data.advice.Situation"), gold(inReward + "org.catrl.data.advice.Situation s;"));
        assertEquals(List.of(), gold(inReward + "import org.catrl.data.Prompt;"));
    }

    @Test
    void noClassHoldsMutableStaticState() throws IOException {
        Pattern mutable = Pattern.compile("^\\s*(?:private|public|protected)?\\s*static\\s+(?!final|class|record|enum|"
                + "interface|sealed|abstract|native|<|void)[\\w<>\\[\\], .]+\\s\\w+\\s*(?:=|;)", Pattern.MULTILINE);
        for (Path file : sources()) {
            Matcher found = mutable.matcher(code(Files.readString(file)));
            assertFalse(found.find(), () -> SOURCES.relativize(file) + " holds static state: " + found.group().strip());
        }
    }

    @Test
    void everyPackageSaysWhatLivesThere() throws IOException {
        for (Path file : sources()) {
            assertTrue(Files.exists(file.resolveSibling("package-info.java")), file + " has no package-info.java");
        }
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static List<String> upward(String source) {
        String from = packageOf(source);
        Set<String> allowed = targets(ARROWS.getOrDefault(from, ""));
        return types(source).stream().filter(type -> !packageIn(type).equals(from))
                .filter(type -> !allowed.contains(packageIn(type))).toList();
    }

    private static List<String> gold(String source) {
        return !WITHOUT_GOLD.contains(packageOf(source)) ? List.of() : types(source).stream().filter(type ->
                GOLD.contains(type) || GOLD.contains(packageIn(type)) || type.equals("data.*")).toList();
    }

    private static String packageOf(String source) {
        Matcher found = PACKAGE.matcher(source);
        assertTrue(found.find(), "a source file without a package");
        return found.group(1).substring(ROOT.length());
    }

    private static String packageIn(String type) {
        return type.substring(0, type.lastIndexOf('.'));
    }

    private static Set<String> targets(String names) {
        return names.isEmpty() ? Set.of() : Set.of(names.split(" "));
    }

    /** The types of this project that a source uses, each as PACKAGE.TYPE below org.catrl. */
    private static List<String> types(String source) {
        return TYPE.matcher(code(source)).results()
                .map(found -> found.group(1).substring(ROOT.length()) + "." + found.group(2)).toList();
    }

    /** A source without its comments, so that a Javadoc link up the arrows is no offence. */
    private static String code(String source) {
        return source.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("//.*", "");
    }
}
