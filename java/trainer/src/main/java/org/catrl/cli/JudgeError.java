package org.catrl.cli;

import java.util.List;
import org.catrl.record.GroupRecord;
import org.catrl.text.Excerpt;

/** The last verdict that a judge did not give, in its own words, heard group by group. */
final class JudgeError {
    private static final int LENGTH = 100;

    private String words = "";

    /** Hears a group of the step at hand. */
    void hear(GroupRecord group) {
        List<GroupRecord.Verdict> failed = group.rollouts().stream().flatMap(rollout -> rollout.verdicts().stream())
                .filter(verdict -> verdict.failure() != null).toList();
        if (!failed.isEmpty()) {
            words = failed.get(failed.size() - 1).reply();
        }
    }

    /** The beginning of the words on one line, which are then forgotten; empty where every verdict was given. */
    String take() {
        String taken = Excerpt.of(words, LENGTH);
        words = "";
        return taken;
    }
}
