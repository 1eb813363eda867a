package org.catrl.model;

import static org.catrl.setting.SettingException.require;

import java.util.EnumSet;
import java.util.Set;
import org.catrl.setting.SettingException;

/**
 * A low-rank adapter (Hu et al. 2021): a targeted W becomes W + alpha / rank B A, of which only A and B learn.
 *
 * @param rank    r, rows of A and columns of B
 * @param alpha   lora_alpha, above 0
 * @param targets target_modules, at least one
 */
public record LoraSettings(int rank, double alpha, Set<LoraTarget> targets) {
    public LoraSettings {
        require(rank >= 1, "r", rank, "1 or more");
        require(alpha > 0 && !Double.isInfinite(alpha), "lora_alpha", alpha, "a positive number");
        if (targets.isEmpty()) {
            throw new SettingException("target_modules", "empty", "name some of " + LoraTarget.moduleNames());
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
