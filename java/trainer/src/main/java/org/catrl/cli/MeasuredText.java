package org.catrl.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.catrl.evaluate.EvaluationReport;
import org.catrl.evaluate.RubricEvaluation;
import org.catrl.run.Measured;

/** What evaluations found, as people read it: a table of answers, or a line for each score by rubrics. */
final class MeasuredText {
    private MeasuredText() { }

    /** The text of several evaluations by their names, in order: before and after, say. */
    static String of(Map<String, Measured> measured) {
        Map<String, EvaluationReport> answers = new LinkedHashMap<>();
        StringBuilder scores = new StringBuilder();
        measured.forEach((name, found) -> {
            if (found instanceof Measured.ByAnswers byAnswers) {
                answers.put(name, byAnswers.report());
                scores.append(byAnswers.givenUp() == 0 ? "" : name + ": " + GivenUpText.of(byAnswers.givenUp()));
            } else if (found instanceof Measured.ByRubrics byRubrics) {
                scores.append(String.format(Locale.ROOT, "%-8s%s%n", name, score(byRubrics.report())));
            }
        });
        return (answers.isEmpty() ? "" : "\n" + ResultTable.of(answers)) + scores;
    }

    /**
     * The text of one evaluation.
     *
     * @param name the name of its column where it is a table
     */
    static String of(String name, Measured measured) {
        return measured instanceof Measured.ByRubrics byRubrics ? score(byRubrics.report()) + System.lineSeparator()
                : of(Map.of(name, measured));
    }

    private static String score(RubricEvaluation.Report report) {
        String line = String.format(Locale.ROOT, "rubric score %.4f +- %.4f over %d responses; %d not scored, no "
                + "verdict on %.1f%% of the criteria", report.score(), report.error(), report.responses(),
                report.unscored(), 100 * report.noVerdicts());
        String aggregator = report.aggregator().isEmpty() ? ""
                : String.format(Locale.ROOT, "; aggregator %.4f", report.aggregator().getAsDouble());
        return line + aggregator + (report.correlation().isEmpty() ? ""
                : String.format(Locale.ROOT, "; rewards correlate with it by %.3f",
                        report.correlation().getAsDouble()));
    }
}
