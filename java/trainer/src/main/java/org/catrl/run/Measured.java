package org.catrl.run;

import java.util.Map;
import org.catrl.evaluate.EvaluationReport;
import org.catrl.evaluate.RubricEvaluation;

/**
 * What an evaluation found on held-out problems.
 *
 * <pre>{@code
 * if (measured instanceof Measured.ByAnswers answers) {
 *     System.out.println(answers.report().labelAccuracy());
 * }
 * }</pre>
 */
public sealed interface Measured {
    /** The figures of responses that were compared with right answers. */
    record ByAnswers(EvaluationReport report) implements Measured {
        @Override
        public Map<String, Double> metrics() {
            return report.metrics();
        }
    }

    /** The figures of responses that were graded by rubrics. */
    record ByRubrics(RubricEvaluation.Report report) implements Measured {
        @Override
        public Map<String, Double> metrics() {
            return report.metrics();
        }
    }

    /** The figures under the names that are logged. */
    Map<String, Double> metrics();
}
