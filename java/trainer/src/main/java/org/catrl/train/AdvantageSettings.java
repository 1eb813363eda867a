package org.catrl.train;

import static org.catrl.setting.SettingException.require;

/**
 * How rewards become advantages.
 *
 * @param scaleRewards     what the centred rewards are divided by
 * @param advantageEpsilon added to that divisor: TRL 1e-4, verl 1e-6
 * @param zeroSpreadPolicy what happens to groups whose rewards are all equal
 * @param noVerdictPolicy  what happens to rollouts without a reward
 */
public record AdvantageSettings(ScaleRewards scaleRewards, double advantageEpsilon, ZeroSpreadPolicy zeroSpreadPolicy,
                                NoVerdictPolicy noVerdictPolicy) {
    public AdvantageSettings {
        require(advantageEpsilon >= 0 && Double.isFinite(advantageEpsilon), "advantage_epsilon", advantageEpsilon,
                "a finite number, 0 or more");
    }
}
