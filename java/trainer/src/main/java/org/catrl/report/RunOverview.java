package org.catrl.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A run in short, as a row of the table of runs; and what is known of it beside its figures. */
final class RunOverview {
    private static final int SPARK = 60;
    /** The metrics of which the table shows the last value. */
    private static final List<String> LAST = List.of("reward", "loss", "entropy", "frac_reward_zero_std",
            "cat/majority_ratio", "completions/mean_length");
    /** What fences untrusted text in prompts is nobody else's business; a report is made to be passed on. */
    private static final String SECRET = "(?m)^(prompt_secret:).*$";

    private final String id;
    private final Path folder;
    private final RunTables run;
    private final Map<String, String> facts = new TreeMap<>();

    /** The overview of a run. @param id its name among the runs of the page */
    RunOverview(String id, Path folder, RunTables run) {
        this.id = id;
        this.folder = folder;
        this.run = run;
        run.each("SELECT name, value FROM fact", row -> facts.put(row.getString(1), row.getString(2)));
    }

    /** The row of the table. @param now the moment at which the page is made */
    ObjectNode row(Instant now) {
        ObjectNode row = Json.object();
        row.put("id", id).put("name", facts.getOrDefault("name", id)).put("kind", facts.getOrDefault("kind", ""));
        row.put("state", RunState.of(folder, run, now).spelled());
        row.put("done", run.count("SELECT max(n) FROM (SELECT coalesce(max(step), -1) + 1 AS n FROM step UNION ALL "
                + "SELECT coalesce(max(step), -1) + 1 FROM metric)"));
        row.set("max_steps", recipe().path("max_steps"));
        row.put("changed", RunState.changed(folder).toString());
        run.first("SELECT time FROM start ORDER BY id LIMIT 1", first -> first.getString(1))
                .ifPresent(time -> row.put("begun", time));
        row.put("training_seconds", run.first("SELECT total(seconds) FROM step", all -> all.getDouble(1)).orElse(0.0));
        row.put("processes", run.count("SELECT count(*) FROM start"));
        row.put("groups", run.count("SELECT count(*) FROM sampled_group"));
        row.put("warnings", run.count("SELECT count(*) FROM event WHERE kind = 'guard'"));
        row.put("seed", facts.get("seed")).put("version", facts.get("version"));
        last(row.putObject("last"));
        spark(row.putArray("spark"));
        return row;
    }

    private void last(ObjectNode to) {
        for (String name : LAST) {
            run.first("SELECT value FROM metric WHERE name = ? AND value IS NOT NULL ORDER BY step DESC LIMIT 1",
                    value -> value.getDouble(1), name).ifPresent(value -> to.put(name, value));
        }
    }

    /** The reward, or an sft run's loss, at evenly spread steps. */
    private void spark(ArrayNode to) {
        String name = run.count("SELECT count(*) FROM metric WHERE name = 'reward'") > 0 ? "reward" : "loss";
        int every = 1 + run.count("SELECT count(*) FROM metric WHERE name = ?", name) / SPARK;
        run.each("SELECT value FROM metric WHERE name = ? AND step % ? = 0 ORDER BY step",
                value -> Json.add(to, value, 1), name, every);
    }

    /** Puts what a page of the run says beside its figures: where it began and went on, hashes, settings. */
    void into(ObjectNode to) {
        ObjectNode known = to.putObject("facts");
        facts.forEach((name, value) -> {
            if (!name.equals("recipe")) {
                known.put(name, value);
            }
        });
        to.put("recipe", facts.getOrDefault("recipe", "").replaceAll(SECRET, "$1 (left out here)"));
        ArrayNode starts = to.putArray("starts");
        run.list("SELECT step, time, backend, why, version, host FROM start ORDER BY id", Json::row)
                .forEach(starts::add);
    }

    private JsonNode recipe() {
        try {
            return new YAMLMapper().readTree(facts.getOrDefault("recipe", ""));
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
