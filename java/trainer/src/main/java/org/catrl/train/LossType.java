package org.catrl.train;

/**
 * How the per-token losses of a mini-batch become one number; TRL's names. S counts the rollouts that take part, and a
 * rollout masked for being truncated still counts there, as in TRL.
 */
public enum LossType {
    /** Mean over rollouts of the mean over tokens (the equation of Shao et al. 2024, and of CaT). */
    GRPO,
    /** Mean over all tokens (Yu et al. 2025). */
    DAPO,
    /** Mean over all tokens. TRL takes it per micro-batch; here no split changes the loss, so it equals DAPO. */
    BNPO,
    /** Sum over tokens divided by S times max_completion_length (Liu et al. 2025). */
    DR_GRPO,
    /** Mean over all tokens of the CISPO loss: the ratio is clipped, and log pi carries the gradient (MiniMax 2025). */
    CISPO
}
