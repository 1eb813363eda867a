package org.catrl.cli;

import java.util.Locale;
import org.catrl.train.RubricEvaluation;

/** A HealthBench score, as people read it. */
final class ScoreLine {
    private ScoreLine() { }

    static String of(RubricEvaluation.Report report) {
        return String.format(Locale.ROOT, "HealthBench score %.4f +- %.4f over %d responses; %d not scored, no verdict on "
                + "%.1f%% of the criteria", report.score(), report.error(), report.responses(), report.unscored(),
                100 * report.noVerdicts());
    }
}
