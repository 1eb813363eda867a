package org.catrl.train;

/** Why nothing can be learned from a step. */
public enum EmptyCause {
    /** No group has a reference. */
    ABSTAINED("every reference abstained", "read the rollouts (catrl explain) against answer.format, "
            + "sampling.max_completion_length and what the aggregator asks for"),
    /** There are references, but no rollout has a verdict. */
    NO_VERDICT("no rollout got a verdict", "read the evidence (catrl explain): whether a rubric can be used, "
            + "and whether the judge replies"),
    /** All verdicts of a group are the same, in every group. */
    NO_SPREAD("within every group all rewards are the same", "take prompts that are sometimes solved, a higher "
            + "temperature or more num_generations"),
    /** Every verdict is a reward of 1. */
    FINISHED("every reward is 1", "nothing is left to learn from these prompts and references"),
    /** What could be learned was left out: rollouts cut off, or groups that lack a verdict. */
    LEFT_OUT("every rollout that differs from its group was left out", "raise sampling.max_completion_length, or "
            + "change mask_truncated_completions and no_verdict_policy");

    private final String meaning;
    private final String advice;

    EmptyCause(String meaning, String advice) {
        this.meaning = meaning;
        this.advice = advice;
    }

    /** What is the matter, as half a sentence. */
    public String meaning() {
        return meaning;
    }

    /** What to do, as half a sentence. */
    public String advice() {
        return advice;
    }
}
