package org.catrl.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.catrl.record.GroupRecord;
import org.catrl.record.GroupRecord.Criterion;
import org.catrl.record.GroupRecord.Reference;
import org.catrl.record.GroupRecord.Rollout;
import org.catrl.record.GroupRecord.Rubric;
import org.catrl.record.GroupRecord.Verdict;
import org.catrl.text.Excerpt;
import org.catrl.text.Printable;

/** A group as people read it: what was asked, what it was held against, and why each rollout got its reward. */
final class GroupText {
    private static final String INDENT = "  ";
    private static final int CRITERION = 46;
    private static final int ANSWER = 16;

    private final GroupRecord group;
    private final int most;
    private final PrintWriter out;

    /**
     * The text of a group.
     *
     * @param most characters of a text that are shown
     */
    GroupText(GroupRecord group, int most, PrintWriter out) {
        this.group = group;
        this.most = most;
        this.out = out;
    }

    /**
     * Prints what the rollouts have in common, and a line of each.
     *
     * @param step   as people count them, from 1
     * @param prompt its place in the step, from 1
     */
    void printGroup(int step, int prompt) {
        out.printf("step %d, prompt %d (id %d)%s%n%s%n", step, prompt, group.prompt().id(),
                group.weightsVersion() == null ? "" : ", drawn by the weights after " + group.weightsVersion()
                        + " optimizer steps", shown(group.prompt().text()));
        printReference();
        printVotes();
        printCriteria();
        printRollouts();
    }

    private String shown(String text) {
        return Printable.of(text, INDENT, most);
    }

    private void printReference() {
        Reference made = group.reference();
        if (made.abstained() != null) {
            out.printf("%nno reference: %s abstained: %s; the group teaches nothing%n", made.source(),
                    Excerpt.of(made.abstained()));
            return;
        }
        out.printf(Locale.ROOT, "%nreference by %s%s, confidence %.4g%n%s%n", made.source(), made.answer() == null ? ""
                : ", answer " + Excerpt.of(made.answer()), made.confidence(), shown(made.text()));
    }

    private void printVotes() {
        Map<String, Long> votes = group.rollouts().stream().map(rollout -> rollout.answer().text())
                .filter(Objects::nonNull).collect(Collectors.groupingBy(answer -> Excerpt.of(answer, ANSWER),
                        LinkedHashMap::new, Collectors.counting()));
        long silent = group.rollouts().stream().filter(rollout -> rollout.answer().text() == null).count();
        out.printf("%nvotes: %s%s%n", votes.isEmpty() ? "none" : votes.entrySet().stream()
                .map(vote -> vote.getKey() + " x" + vote.getValue()).collect(Collectors.joining(", ")),
                silent == 0 ? "" : "; " + silent + " without an answer");
        String reference = group.reference().answer();
        if (group.majority() != null && reference != null) {
            out.printf("the majority says %s%s%n", Excerpt.of(group.majority()), group.majority().equals(reference)
                    ? ", as the reference does" : "; the reference " + Excerpt.of(reference));
        }
    }

    private void printCriteria() {
        if (group.rubric() != null) {
            Rubric rubric = group.rubric();
            out.printf("%nrubric: %d criteria written, %d left out as duplicates, %d as too many, %d as the reference "
                    + "fails them%n", rubric.written(), rubric.duplicates(), rubric.dropped(), rubric.failed());
        }
        if (group.criteria().isEmpty()) {
            return;
        }
        out.printf("%n%-" + CRITERION + "s %7s %9s", "criterion", "points", "reference");
        for (int i = 0; i < group.rollouts().size(); i++) {
            out.printf(" %4d", i + 1);
        }
        out.println();
        for (int i = 0; i < group.criteria().size(); i++) {
            printRow(i, group.criteria().get(i));
        }
    }

    private void printRow(int place, Criterion criterion) {
        out.printf(Locale.ROOT, "%-" + CRITERION + "s %7s %9s", (place + 1) + " "
                + Excerpt.of(criterion.text(), CRITERION - 8), String.format(Locale.ROOT, "%.3g%s", criterion.points(),
                criterion.veto() ? " !" : ""), said(criterion.ofReference()));
        if (!criterion.used()) {
            out.println("  (left out: the reference fails it)");
            return;
        }
        for (Rollout rollout : group.rollouts()) {
            out.printf(" %4s", rollout.verdicts().stream().filter(verdict -> verdict.criterion() == place)
                    .map(verdict -> said(verdict.met())).findFirst().orElse("-"));
        }
        out.println();
    }

    private static String said(Boolean met) {
        return met == null ? "-" : met ? "yes" : "no";
    }

    private void printRollouts() {
        out.printf("%n%7s %6s  %-" + ANSWER + "s %9s %9s %9s  %s%n", "rollout", "tokens", "answer", "spoke for",
                "reward", "advantage", "learned from");
        List<Double> weights = group.reference().weights();
        for (int i = 0; i < group.rollouts().size(); i++) {
            Rollout rollout = group.rollouts().get(i);
            out.printf(Locale.ROOT, "%7d %6d  %-" + ANSWER + "s %9s %9s %+9.4f  %s%n", i + 1, rollout.drawn().tokens(),
                    rollout.answer().text() == null ? "-" : Excerpt.of(rollout.answer().text(), ANSWER - 3),
                    i < weights.size() ? String.format(Locale.ROOT, "%.3f", weights.get(i)) : "-",
                    reward(rollout), rollout.advantage(), rollout.used() ? "yes" : "no");
        }
    }

    private static String reward(Rollout rollout) {
        return rollout.reward() == null ? "none" : String.format(Locale.ROOT, "%.4g", rollout.reward());
    }

    /** Prints a rollout, its evidence, and the judge's words on it. */
    void printRollout(int place) {
        Rollout rollout = group.rollouts().get(place);
        out.printf(Locale.ROOT, "%nrollout %d: reward %s, advantage %+.4f, ended by %s%n", place + 1, reward(rollout),
                rollout.advantage(), rollout.drawn().finish());
        out.println(rollout.text() == null ? INDENT + "(its text is not kept: record.groups_per_step)"
                : shown(rollout.text()));
        if (rollout.answer().whyNone() != null) {
            out.println("no answer was read: " + Excerpt.of(rollout.answer().whyNone()));
        }
        rollout.parts().forEach(part -> out.printf(Locale.ROOT, "%s: %s x %.4g%n", part.name(),
                part.value() == null ? "no verdict" : String.format(Locale.ROOT, "%.4g", part.value()),
                part.weight()));
        if (rollout.verdicts().isEmpty() && rollout.evidence() != null) {
            out.println("because:\n" + shown(rollout.evidence()));
        }
        rollout.verdicts().forEach(this::print);
    }

    private void print(Verdict verdict) {
        out.printf("criterion %d: %s%s%n%s%n", verdict.criterion() + 1, said(verdict.met()),
                verdict.failure() == null ? "" : " verdict, " + verdict.failure(),
                Printable.of(verdict.reply() == null ? "" : verdict.reply(), INDENT, most));
    }
}
