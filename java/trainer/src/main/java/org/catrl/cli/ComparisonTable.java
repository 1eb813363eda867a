package org.catrl.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.catrl.evaluate.AggregatorReport;
import org.catrl.evaluate.RubricComparison;
import org.catrl.lm.TokenUse;
import org.catrl.run.Comparison;

/** A comparison, as people read it: one row an aggregator. */
final class ComparisonTable {
    private ComparisonTable() { }

    static void print(Comparison comparison, PrintWriter out) {
        if (comparison instanceof Comparison.ByAnswers answers) {
            print(answers, out);
        } else if (comparison instanceof Comparison.ByRubrics rubrics) {
            print(rubrics, out);
        }
    }

    private static void print(Comparison.ByRubrics comparison, PrintWriter out) {
        out.printf(Locale.ROOT, "%n%d problems, %d rollouts each, scored by the rubrics that come with them%n%n",
                comparison.problems(), comparison.rollouts());
        out.printf("%-22s %-18s %9s %17s%n", "aggregator", "rubric score", "abstains", "tokens a problem");
        out.printf("%-22s %-18s %9s %17s%n", "", "", "", "read + written");
        for (RubricComparison.Report report : comparison.reports()) {
            out.printf(Locale.ROOT, "%-22s %-18s %9d %17s%n", report.name(), Double.isNaN(report.score()) ? "-"
                    : String.format(Locale.ROOT, "%.3f +- %.3f", report.score(), report.error()), report.abstained(),
                    tokens(report.tokens(), comparison.problems()));
        }
    }

    private static void print(Comparison.ByAnswers comparison, PrintWriter out) {
        out.printf(Locale.ROOT, "%n%d problems, %d rollouts each; no rollout is right in %d%n%n", comparison.problems(),
                comparison.rollouts(), comparison.reports().get(0).allWrong());
        out.printf("%-22s %-15s %9s %12s %15s %15s %8s %10s %17s%n", "aggregator", "accuracy", "abstains", "disagrees",
                "right, majority", "majority right,", "p", "right when", "tokens a problem");
        out.printf("%-22s %-15s %9s %12s %15s %15s %8s %10s %17s%n", "", "", "", "with the", "wrong", "wrong itself",
                "", "all wrong", "read + written");
        for (AggregatorReport report : comparison.reports()) {
            out.printf(Locale.ROOT, "%-22s %.3f +- %.3f  %9d %12.3f %15d %15d %8.1e %10d %17s%n", report.name(),
                    report.accuracy(), report.standardError(), report.abstained(),
                    report.disagreed() / (double) report.problems(), report.rightAlone(), report.majorityAlone(),
                    report.pValue(), report.rightAllWrong(),
                    tokens(report.tokens(), report.problems()));
        }
        out.print(GivenUpText.of(comparison.givenUp()));
    }

    private static String tokens(TokenUse used, int problems) {
        return String.format(Locale.ROOT, "%,.0f + %,.0f", used.read() / (double) problems,
                used.written() / (double) problems);
    }
}
