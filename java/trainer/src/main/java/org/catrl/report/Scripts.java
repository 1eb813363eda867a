package org.catrl.report;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * JavaScript modules joined into one script, because a page that is one file can import none. Each module becomes a
 * function's scope of its own, those that it imports stand before it. Modules here import by name from their own
 * folder, and export functions, classes and constants.
 */
final class Scripts {
    private static final Pattern IMPORT = Pattern.compile("(?m)^import (\\{[^}]*}) from \"\\./(\\w+)\\.js\";$");
    private static final Pattern EXPORT = Pattern.compile("(?m)^export ((?:async )?(?:function|class|const|let) "
            + "(\\w+))");

    private final UnaryOperator<String> read;
    private final Set<String> joined = new LinkedHashSet<>();
    private final StringBuilder script = new StringBuilder();

    private Scripts(UnaryOperator<String> read) {
        this.read = read;
    }

    /** The script of a module and all that it needs. @param read gives the source of a file by its name */
    static String from(String module, UnaryOperator<String> read) {
        Scripts scripts = new Scripts(read);
        scripts.add(module);
        return "(() => {\n" + scripts.script + "})();\n";
    }

    private void add(String module) {
        if (!joined.add(module)) {
            return;
        }
        String source = read.apply(module + ".js");
        IMPORT.matcher(source).results().forEach(needed -> add(needed.group(2)));
        String names = EXPORT.matcher(source).results().map(exported -> exported.group(2))
                .collect(Collectors.joining(", "));
        script.append("const module_").append(module).append(" = (() => {\n").append(body(source))
                .append("return {").append(names).append("};\n})();\n");
    }

    private static String body(String source) {
        String imported = IMPORT.matcher(source).replaceAll((MatchResult found) ->
                "const " + found.group(1) + " = module_" + found.group(2) + ";");
        return EXPORT.matcher(imported).replaceAll("$1");
    }
}
