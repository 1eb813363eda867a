package org.catrl.cli;

import java.util.Locale;
import org.catrl.evaluate.RubricEvaluation;

/** A score by rubrics, as people read it. */
public final class ScoreLine {
    private ScoreLine() { }

    public static String of(RubricEvaluation.Report report) {
        String line = String.format(Locale.ROOT, "rubric score %.4f +- %.4f over %d responses; %d not scored, no verdict on "
                + "%.1f%% of the criteria", report.score(), report.error(), report.responses(), report.unscored(),
                100 * report.noVerdicts());
        String teacher = report.teacher().isEmpty() ? ""
                : String.format(Locale.ROOT, "; teacher %.4f", report.teacher().getAsDouble());
        return line + teacher + (report.correlation().isEmpty() ? ""
                : String.format(Locale.ROOT, "; rewards correlate with it by %.3f", report.correlation().getAsDouble()));
    }
}
