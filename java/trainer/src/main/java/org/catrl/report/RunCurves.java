package org.catrl.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The figures of a run, step by step: every metric, the stages, the evaluations, and what happened. */
final class RunCurves {
    private static final List<String> STAGE = List.of("seconds", "calls", "tokens_read", "tokens_written");

    private final RunTables run;
    private final int after;
    private final List<Integer> steps;
    private final Map<Integer, Integer> places = new HashMap<>();

    /**
     * The figures of the steps after one.
     *
     * @param after a step, counted from 0; -1 = all steps
     */
    RunCurves(RunTables run, int after) {
        this.run = run;
        this.after = after;
        this.steps = run.list("SELECT step FROM step WHERE step > ?1 UNION SELECT step FROM metric WHERE step > ?1 "
                + "ORDER BY 1", row -> row.getInt(1), after);
        for (int i = 0; i < steps.size(); i++) {
            places.put(steps.get(i), i);
        }
    }

    /** Puts all of it into the object of a run, arrays in the order of {@code steps}. */
    void into(ObjectNode to) {
        ArrayNode numbers = to.putArray("steps");
        steps.forEach(numbers::add);
        Map<String, Column> clock = columns("SELECT step, 'time', time FROM step WHERE step > ?1 UNION ALL "
                + "SELECT step, 'seconds', seconds FROM step WHERE step > ?1");
        to.set("time", clock.getOrDefault("time", new Column(0)).json());
        to.set("seconds", clock.getOrDefault("seconds", new Column(0)).json());
        put(to.putObject("metrics"), columns("SELECT step, name, value FROM metric WHERE step > ?"));
        stages(to.putObject("stages"));
        evaluations(to.putArray("evaluations"));
        run.list("SELECT step, time, kind, message FROM event ORDER BY id", Json::row)
                .forEach(to.putArray("events")::add);
        groups(to.putObject("groups"));
    }

    private Map<String, Column> columns(String sql) {
        Map<String, Column> all = new TreeMap<>();
        run.each(sql, row -> {
            Column column = all.computeIfAbsent(row.getString(2), name -> new Column(steps.size()));
            int place = places.get(row.getInt(1));
            double value = row.getDouble(3);
            column.set(place, row.wasNull() ? Double.NaN : value);
        }, after);
        return all;
    }

    private static void put(ObjectNode to, Map<String, Column> columns) {
        columns.forEach((name, column) -> to.set(name, column.json()));
    }

    private void stages(ObjectNode to) {
        for (String figure : STAGE) {
            columns("SELECT step, name, " + figure + " FROM stage WHERE step > ? AND step IN (SELECT step FROM step)")
                    .forEach((name, column) -> to.withObjectProperty(name).set(figure, column.json()));
        }
    }

    /** Evaluations are few: all of them, each time. */
    private void evaluations(ArrayNode to) {
        run.each("SELECT name, step, metrics FROM evaluation ORDER BY step, name", row ->
                to.addObject().put("name", row.getString(1)).put("step", row.getInt(2))
                        .set("metrics", Json.parsed(row.getString(3))));
    }

    /** The steps that have groups, with how many. */
    private void groups(ObjectNode to) {
        List<ArrayNode> both = new ArrayList<>(List.of(to.putArray("steps"), to.putArray("counts")));
        run.each("SELECT step, count(*) FROM sampled_group WHERE step > ? GROUP BY step ORDER BY step",
                row -> add(both, row), after);
    }

    private static void add(List<ArrayNode> to, ResultSet row) throws SQLException {
        for (int i = 0; i < to.size(); i++) {
            to.get(i).add(row.getInt(i + 1));
        }
    }
}
