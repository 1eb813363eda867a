package org.catrl.run;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.Pending;
import org.catrl.reward.RewardDeriver;

/** A program's own reward, whose failures are told under its name. */
final class CustomReward implements RewardDeriver {
    private final String part;
    private final RewardDeriver own;

    CustomReward(String name, RewardDeriver own) {
        this.part = "the reward \"" + name + "\"";
        this.own = own;
    }

    @Override
    public String name() {
        return own.name();
    }

    @Override
    public Pending<ScoredGroup> score(TaughtGroup group, int step) {
        return CustomPartException.guard(part, step, () -> own.score(group, step));
    }

    @Override
    public Map<String, Double> metrics(List<ScoredGroup> scored) {
        return CustomPartException.guard(part, "when its metrics were asked for",
                () -> Objects.requireNonNull(own.metrics(scored), "there are none"));
    }

    @Override
    public void check(List<ScoredGroup> scored, int step) {
        own.check(scored, step);
    }

    @Override
    public List<ScoredGroup> scoreAll(List<TaughtGroup> groups, int step) {
        return CustomPartException.guard(part, step, () -> own.scoreAll(groups, step));
    }
}
