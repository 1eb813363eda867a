package org.catrl.recipe;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.catrl.model.LoraSettings;
import org.catrl.model.LoraTarget;

/**
 * An adapter, by PEFT's names.
 *
 * <pre>{@code
 * lora: {r: 16, lora_alpha: 32, target_modules: [q_proj, v_proj]}
 * }</pre>
 *
 * @param r             its rank
 * @param loraAlpha     what it adds is multiplied by lora_alpha / r
 * @param targetModules the linear layers it changes; absent: all
 */
public record LoraRecipe(int r, double loraAlpha, List<LoraTarget> targetModules) {
    public LoraRecipe {
        targetModules = targetModules == null ? List.of(LoraTarget.values()) : List.copyOf(targetModules);
        settings(r, loraAlpha, targetModules);
    }

    /** The adapter itself. */
    public LoraSettings toSettings() {
        return settings(r, loraAlpha, targetModules);
    }

    private static LoraSettings settings(int r, double alpha, List<LoraTarget> targets) {
        Set<LoraTarget> set = EnumSet.noneOf(LoraTarget.class);
        set.addAll(targets);
        return new LoraSettings(r, alpha, set);
    }
}
