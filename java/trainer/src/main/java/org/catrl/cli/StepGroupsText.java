package org.catrl.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.catrl.record.GroupRecord;
import org.catrl.text.Excerpt;

/** The prompts of a step, a line each. */
final class StepGroupsText {
    private static final int WIDTH = 40;
    private static final int ANSWER = 16;

    private StepGroupsText() { }

    /**
     * Prints the prompts of a step.
     *
     * @param step as people count them, from 1
     */
    static void print(String run, int step, List<GroupRecord> groups, PrintWriter out) {
        out.printf("step %d of %s: %d prompts; --prompt N tells more of one%n%n", step, Excerpt.of(run), groups.size());
        out.printf("%6s  %-" + WIDTH + "s  %-" + ANSWER + "s  %-" + ANSWER + "s  %s%n", "prompt", "text", "reference",
                "majority", "rewards");
        for (int i = 0; i < groups.size(); i++) {
            GroupRecord group = groups.get(i);
            out.printf("%6d  %-" + WIDTH + "s  %-" + ANSWER + "s  %-" + ANSWER + "s  %s%n", i + 1,
                    Excerpt.of(group.prompt().text(), WIDTH - 3), reference(group.reference()),
                    group.majority() == null ? "-" : Excerpt.of(group.majority(), ANSWER - 3), rewards(group));
        }
    }

    private static String reference(GroupRecord.Reference made) {
        return made.abstained() != null ? "abstained"
                : Excerpt.of(made.answer() == null ? made.text() : made.answer(), ANSWER - 3);
    }

    private static String rewards(GroupRecord group) {
        List<Double> all = group.rollouts().stream().map(GroupRecord.Rollout::reward).filter(Objects::nonNull).toList();
        return all.isEmpty() ? "no verdict" : String.format(Locale.ROOT, "mean %.3f, %.3g to %.3g%s",
                all.stream().mapToDouble(Double::doubleValue).average().orElse(0),
                all.stream().mapToDouble(Double::doubleValue).min().orElse(0),
                all.stream().mapToDouble(Double::doubleValue).max().orElse(0),
                all.size() < group.rollouts().size() ? " (" + all.size() + " of " + group.rollouts().size() + ")" : "");
    }
}
