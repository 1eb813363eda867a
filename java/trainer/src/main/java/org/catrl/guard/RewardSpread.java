package org.catrl.guard;

import java.util.List;
import java.util.OptionalDouble;
import org.catrl.flow.Reward;
import org.catrl.flow.ScoredGroup;

/** The share of groups whose rewards are all equal: from these nothing is learned. */
public final class RewardSpread {
    private RewardSpread() { }

    /** The share among the groups with a verdict, in [0, 1]; 0 where none has one. */
    public static double without(List<ScoredGroup> scored) {
        return scored.stream().map(RewardSpread::values).filter(values -> values.length > 0)
                .mapToDouble(values -> isFlat(values) ? 1 : 0).average().orElse(0);
    }

    private static double[] values(ScoredGroup group) {
        return group.rewards().stream().map(Reward::value).flatMapToDouble(OptionalDouble::stream).toArray();
    }

    private static boolean isFlat(double[] values) {
        for (double value : values) {
            if (value != values[0]) {
                return false;
            }
        }
        return true;
    }
}
