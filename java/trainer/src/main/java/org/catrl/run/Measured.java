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
    /**
     * The figures of responses that were compared with right answers.
     *
     * @param report  their accuracies
     * @param givenUp answers that could not be read or compared to the end, and count as none
     */
    record ByAnswers(EvaluationReport report, int givenUp) implements Measured {
        @Override
        public Map<String, Double> metrics() {
            Map<String, Double> metrics = report.metrics();
            metrics.put("eval_answers_given_up", (double) givenUp);
            return metrics;
        }

        @Override
        public double score() {
            return report.labelAccuracy();
        }
    }

    /** The figures of responses that were graded by rubrics. */
    record ByRubrics(RubricEvaluation.Report report) implements Measured {
        @Override
        public Map<String, Double> metrics() {
            return report.metrics();
        }

        @Override
        public double score() {
            return report.score();
        }
    }

    /** The figures under the names that are logged. */
    Map<String, Double> metrics();

    /** The one figure by which checkpoints are compared: the accuracy of a response, or its score by rubrics. */
    double score();
}
