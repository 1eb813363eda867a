package org.catrl.record;

import java.util.List;
import java.util.Map;
import org.catrl.record.GroupRecord.Answer;
import org.catrl.record.GroupRecord.Criterion;
import org.catrl.record.GroupRecord.Drawn;
import org.catrl.record.GroupRecord.Part;
import org.catrl.record.GroupRecord.Prompt;
import org.catrl.record.GroupRecord.Reference;
import org.catrl.record.GroupRecord.Rollout;
import org.catrl.record.GroupRecord.Rubric;
import org.catrl.record.GroupRecord.Verdict;

/** Steps and groups to be recorded in tests. */
public final class Records {
    private Records() { }

    /** A step of two groups. */
    public static StepRecord step(int step) {
        return new StepRecord(step, 0.5, Map.of("reward", step + 0.25, "kl", Double.NaN, "step_time", 0.5),
                List.of(new StageRecord("rollout", 0.25, 16, 100, 200)), List.of(group(step, 0), group(step, 1)));
    }

    /** A group with two rollouts, a rubric, verdicts and parts. */
    public static GroupRecord group(int step, int position) {
        return group(step, position, "text " + step + "." + position);
    }

    /** The same with a text of the first rollout. */
    public static GroupRecord group(int step, int position, String text) {
        Rollout right = new Rollout(text, new Drawn("stop_token", 3, new int[] {1, -5, Integer.MAX_VALUE},
                new float[] {-0.5f, -0.0f, Float.NaN}), new Answer("7", null), 1.0, 0.70710678, true, "agrees",
                List.of(new Part("rubric", 2, 0.5, "yes"), new Part("length", 1, null, "unknown")),
                List.of(new Verdict(0, true, "<yes>", null, 1, null), new Verdict(1, null, "late", "timeout", 2, 0.5)));
        Rollout sum = new Rollout("x", new Drawn("length", 1, new int[] {3}, new float[] {-1}),
                new Answer(null, "too long"),
                0.5, 0, true, "rubric: because\nlength: short\n", List.of(new Part("rubric", 1, 0.5, "because"),
                new Part("length", 1, 0.0, "short")), List.of());
        Rollout none = new Rollout("whole text", new Drawn("length", 0, new int[0], new float[0]),
                new Answer("whole text", null), null, 0, false, "no verdict", List.of(), List.of());
        return new GroupRecord(step, position, new Prompt(40 + position, "what?", new int[] {9, 8}), true, 3,
                new Reference("ref", "7", "synthesis", 0.75, null, List.of(1.0, 0.0)), "8",
                new Rubric("raw", 3, 0, 0, 1), List.of(
                new Criterion("rubric", "is right", 1.5, false, true, true, "yes"),
                new Criterion("rubric", "is rude", -1, true, true, null, null),
                new Criterion("rubric", "has wings", 1, false, false, false, "no")), List.of(right, none, sum));
    }
}
