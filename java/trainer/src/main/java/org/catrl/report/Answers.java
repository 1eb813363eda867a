package org.catrl.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.catrl.record.RecordException;

/** What the live page asks for, answered from the runs' records: each path one question. */
final class Answers {
    private final RunsFolder runs;

    Answers(RunsFolder runs) {
        this.runs = runs;
    }

    /** The answer to a question; empty where there is no such question, run or group. */
    Optional<JsonNode> to(URI question) {
        Map<String, String> asked = asked(question.getRawQuery());
        return switch (question.getPath()) {
            case "/api/runs" -> Optional.of(all());
            case "/api/run" -> folder(asked).map(run -> RunJson.run(asked.get("run"), run, number(asked, "after", -1),
                    number(asked, "processes", 0)));
            case "/api/groups" -> groups(asked, all -> Optional.of(all.ofStep(number(asked, "step", 0))));
            case "/api/group" -> groups(asked, all -> all.whole(number(asked, "group", -1)).map(JsonNode.class::cast));
            case "/api/search" -> groups(asked, all -> Optional.of(all.found(asked.getOrDefault("text", ""))));
            default -> Optional.empty();
        };
    }

    /** Every run in short; a record that cannot be read is told in its place, and hides no other. */
    private ObjectNode all() {
        ObjectNode answer = Json.object();
        ArrayNode rows = answer.putArray("runs");
        runs.runs().forEach((id, folder) -> {
            try {
                rows.add(RunJson.row(id, folder));
            } catch (RecordException e) {
                rows.addObject().put("id", id).put("name", id).put("state", "unreadable").put("why", e.getMessage());
            }
        });
        return answer;
    }

    private Optional<JsonNode> groups(Map<String, String> asked, Function<RunGroups, Optional<JsonNode>> ask) {
        return folder(asked).flatMap(folder -> {
            try (RunTables run = RunTables.open(folder)) {
                return ask.apply(new RunGroups(run));
            }
        });
    }

    private Optional<Path> folder(Map<String, String> asked) {
        return Optional.ofNullable(asked.get("run")).flatMap(runs::run);
    }

    private static int number(Map<String, String> asked, String name, int otherwise) {
        String text = asked.getOrDefault(name, "");
        return text.matches("-?\\d{1,9}") ? Integer.parseInt(text) : otherwise;
    }

    private static Map<String, String> asked(String query) {
        Map<String, String> all = new HashMap<>();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                all.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        return all;
    }

    private static String decoded(String part) {
        try {
            return URLDecoder.decode(part, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return ""; // no name of anything
        }
    }
}
