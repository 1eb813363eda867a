package org.catrl.train;

import java.util.List;
import java.util.OptionalDouble;
import org.catrl.flow.Reward;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.ScoredGroup;

/** The rewards of one group, of the task alone and with a KL penalty taken off; verdicts only. */
final class GroupRewards {
    private final SampledGroup group;
    private final List<OptionalDouble> rewards;
    private final double[] penalty;
    private final RewardStats task = new RewardStats();
    private final RewardStats total = new RewardStats();

    /**
     * The rewards of one group, added to those of the batch.
     *
     * @param penalty what is taken off each reward, parallel to them
     * @param batch   gathers the rewards of all groups, penalties taken off
     */
    GroupRewards(ScoredGroup scored, double[] penalty, RewardStats batch) {
        this.group = scored.group();
        this.rewards = scored.rewards().stream().map(Reward::value).toList();
        this.penalty = penalty;
        for (int i = 0; i < penalty.length; i++) {
            if (rewards.get(i).isPresent()) {
                task.add(rewards.get(i).getAsDouble());
                total.add(value(i));
                batch.add(value(i));
            }
        }
    }

    private double value(int i) {
        return rewards.get(i).getAsDouble() - penalty[i];
    }

    /** The rewards of the task alone. */
    RewardStats task() {
        return task;
    }

    /** The number of rollouts without a verdict. */
    int missing() {
        return rewards.size() - task.count();
    }

    /**
     * The advantages of the group.
     *
     * @param batch the rewards of all groups, penalties taken off
     */
    GroupAdvantages advantages(GrpoConfig config, RewardStats batch) {
        return new GroupAdvantages(group, values(config.advantage(), batch), used(config.advantage()));
    }

    private double[] values(AdvantageSettings settings, RewardStats batch) {
        boolean zero = total.none() || task.none() && settings.zeroSpreadPolicy() != ZeroSpreadPolicy.KEEP;
        double divisor = switch (settings.scaleRewards()) {
            case GROUP -> total.deviation() + settings.advantageEpsilon();
            case BATCH -> batch.deviation() + settings.advantageEpsilon();
            case NONE -> 1;
        };
        double[] advantages = new double[penalty.length];
        for (int i = 0; i < advantages.length; i++) {
            advantages[i] = zero || rewards.get(i).isEmpty() ? 0 : (value(i) - total.mean()) / divisor;
        }
        return advantages;
    }

    /** Which rollouts take part in the update. */
    private boolean[] used(AdvantageSettings settings) {
        boolean skipped = task.none() && settings.zeroSpreadPolicy() == ZeroSpreadPolicy.SKIP
                || missing() > 0 && settings.noVerdictPolicy() == NoVerdictPolicy.SKIP_GROUP;
        boolean[] used = new boolean[rewards.size()];
        for (int i = 0; i < used.length; i++) {
            used[i] = !skipped && (rewards.get(i).isPresent() || settings.noVerdictPolicy() == NoVerdictPolicy.ZERO);
        }
        return used;
    }
}
