package org.catrl.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.catrl.evaluate.EvaluationReport;

/** What was measured, as people read it: one row a figure with its standard error, one column a model. */
final class ResultTable {
    private ResultTable() { }

    /**
     * The table of some evaluations.
     *
     * @param columns name of each measured model and what it scored, in order; at least one
     */
    static String of(Map<String, EvaluationReport> columns) {
        Map<String, String[]> rows = new LinkedHashMap<>();
        List<EvaluationReport> reports = List.copyOf(columns.values());
        EvaluationReport first = reports.get(0);
        int samples = first.samples();
        for (int column = 0; column < reports.size(); column++) {
            EvaluationReport report = reports.get(column);
            put(rows, "accuracy, mean over " + samples + " samples", column,
                    share(report.labelAccuracy(), report.labelError()), reports);
            put(rows, "accuracy, greedy", column, share(report.greedyAccuracy(), report), reports);
            put(rows, "majority vote at " + samples, column, share(report.majorityAccuracy(), report), reports);
            put(rows, "pass at " + samples, column, share(report.passAccuracy(), report), reports);
            put(rows, "aggregator, on the same " + samples + " samples", column,
                    share(report.aggregatorAccuracy(), report), reports);
            put(rows, "aggregator right when all are wrong", column,
                    report.allWrong().right() + " of " + report.allWrong().problems(), reports);
            put(rows, "aggregator repairs a slip all share", column, share(report.repairAccuracy()), reports);
        }
        return text(Counted.of(first.problems(), "held-out problem"), List.copyOf(columns.keySet()), rows);
    }

    private static void put(Map<String, String[]> rows, String name, int column, String value,
                            List<EvaluationReport> reports) {
        rows.computeIfAbsent(name, key -> new String[reports.size()])[column] = value;
    }

    private static String text(String title, List<String> names, Map<String, String[]> rows) {
        StringBuilder table = new StringBuilder(line(title, names.toArray(String[]::new)));
        rows.forEach((name, values) -> table.append(line(name, values)));
        return table.toString();
    }

    private static String line(String name, String[] values) {
        StringBuilder line = new StringBuilder("%-38s".formatted(name));
        for (String value : values) {
            line.append("%18s".formatted(value));
        }
        return line.append('\n').toString();
    }

    private static String share(double value, double error) {
        return String.format(Locale.ROOT, "%.3f +- %.3f", value, error);
    }

    private static String share(double value, EvaluationReport report) {
        return share(value, report.error(value));
    }

    private static String share(OptionalDouble value, EvaluationReport report) {
        return value.isPresent() ? share(value.getAsDouble(), report) : "-";
    }

    private static String share(OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, "%.3f", value.getAsDouble()) : "-";
    }
}
