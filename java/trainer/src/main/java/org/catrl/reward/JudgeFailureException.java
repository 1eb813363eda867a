package org.catrl.reward;

import java.util.List;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.Verdict;
import org.catrl.generate.DrawKey;

/** A judge that fails too often to learn from; thrown before any weight is touched. */
public final class JudgeFailureException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int step;
    private final transient List<ScoredGroup> groups;

    JudgeFailureException(int step, String message, List<ScoredGroup> groups) {
        super(message);
        this.step = step;
        this.groups = List.copyOf(groups);
    }

    /**
     * A judge that gave no verdict at all where there should be a score.
     *
     * @param message what there is not
     * @param failed  what it was asked, with the reasons that are told
     */
    public static JudgeFailureException noVerdict(String message, List<Verdict> failed) {
        return new JudgeFailureException(DrawKey.OUTSIDE_STEPS, message + ": " + JudgeMetrics.causes(failed),
                List.of());
    }

    /** The failure of the same step, with all its groups. */
    JudgeFailureException with(List<ScoredGroup> all) {
        JudgeFailureException failure = new JudgeFailureException(step, getMessage(), all);
        failure.setStackTrace(getStackTrace());
        return failure;
    }

    /** The step that was not learned from; below 0 in an evaluation. */
    public int step() {
        return step;
    }

    /** The groups of the step, with each verdict or why there is none; nothing was learned from them. */
    public List<ScoredGroup> groups() {
        return groups == null ? List.of() : groups;
    }
}
