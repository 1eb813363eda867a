package org.catrl.run;

import java.util.List;
import org.catrl.evaluate.AggregatorReport;
import org.catrl.evaluate.RubricComparison;

/**
 * What several aggregators made of the same rollouts.
 *
 * <pre>{@code
 * if (ComparisonRun.of(recipe, List.of()).run() instanceof Comparison.ByAnswers answers) {
 *     answers.reports().forEach(report -> System.out.println(report.name() + " " + report.accuracy()));
 * }
 * }</pre>
 */
public sealed interface Comparison {
    /** Their references were compared with right answers. */
    record ByAnswers(int problems, int rollouts, List<AggregatorReport> reports) implements Comparison { }

    /** Their references were graded by rubrics. */
    record ByRubrics(int problems, int rollouts, List<RubricComparison.Report> reports) implements Comparison { }

    /** How many problems there were. */
    int problems();

    /** Rollouts of each. */
    int rollouts();
}
