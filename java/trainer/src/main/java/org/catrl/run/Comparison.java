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
    /**
     * A comparison of their references with right answers.
     *
     * @param problems how many
     * @param rollouts of each problem
     * @param reports  one for each aggregator
     * @param givenUp  answers that could not be read or compared to the end, and count as none
     */
    record ByAnswers(int problems, int rollouts, List<AggregatorReport> reports, int givenUp)
            implements Comparison { }

    /** A comparison of their references' grades by rubrics. */
    record ByRubrics(int problems, int rollouts, List<RubricComparison.Report> reports) implements Comparison { }

    /** The number of problems. */
    int problems();

    /** The number of rollouts of each problem. */
    int rollouts();
}
