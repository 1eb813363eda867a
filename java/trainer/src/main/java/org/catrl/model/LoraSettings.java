package org.catrl.model;

import java.util.EnumSet;
import java.util.Set;

/**
 * A low-rank adapter (Hu et al. 2021): a targeted W becomes W + alpha / rank B A, of which only A and B learn.
 *
 * @param rank    r, rows of A and columns of B
 * @param alpha   lora_alpha, above 0
 * @param targets target_modules, at least one
 */
public record LoraSettings(int rank, double alpha, Set<LoraTarget> targets) {
    public LoraSettings {
        if (rank < 1) {
            throw new IllegalArgumentException("lora rank is " + rank + "; it must be 1 or more");
        }
        if (!(alpha > 0) || Double.isInfinite(alpha)) {
            throw new IllegalArgumentException("lora_alpha is " + alpha + "; it must be a positive number");
        }
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("target_modules is empty; name some of " + LoraTarget.moduleNames());
        }
        targets = Set.copyOf(targets);
    }

    /** An adapter of every linear layer. */
    public static LoraSettings all(int rank, double alpha) {
        return new LoraSettings(rank, alpha, EnumSet.allOf(LoraTarget.class));
    }

    /** The factor of B A: alpha / rank. */
    double scale() {
        return alpha / rank;
    }
}
