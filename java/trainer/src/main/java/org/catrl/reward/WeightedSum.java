package org.catrl.reward;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.catrl.flow.Evidence.Weighted;
import org.catrl.flow.Evidence;
import org.catrl.flow.Reward;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.Pending;

/** Several rewards added up, each times its weight. A rollout on which one of them has no verdict has none. */
public final class WeightedSum implements RewardDeriver {
    /**
     * One term of the sum.
     *
     * @param deriver the reward
     * @param weight  its factor
     */
    public record Part(RewardDeriver deriver, double weight) { }

    private final List<Part> parts;

    /**
     * A weighted sum of rewards.
     *
     * @param parts at least one, or it is an {@link IllegalArgumentException}
     */
    public WeightedSum(List<Part> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("a sum of rewards needs at least one");
        }
        this.parts = List.copyOf(parts);
    }

    @Override
    public String name() {
        return parts.stream().map(part -> part.deriver.name()).collect(Collectors.joining("+"));
    }

    @Override
    public Pending<ScoredGroup> score(TaughtGroup taught, int step) {
        return Pending.all(parts.stream().map(part -> part.deriver.score(taught, step)).toList())
                .map(scored -> new ScoredGroup(taught, IntStream.range(0, taught.group().rollouts().size())
                        .mapToObj(rollout -> sum(scored, rollout)).toList()));
    }

    /**
     * The sum on one rollout.
     *
     * @param scored the group, once by each part
     */
    private Reward sum(List<ScoredGroup> scored, int rollout) {
        double sum = 0;
        boolean all = true;
        for (int i = 0; i < parts.size(); i++) {
            OptionalDouble value = scored.get(i).rewards().get(rollout).value();
            all &= value.isPresent();
            sum += parts.get(i).weight * value.orElse(0);
        }
        Evidence evidence = new Weighted(IntStream.range(0, parts.size()).mapToObj(i -> new Weighted.Part(
                parts.get(i).deriver.name(), parts.get(i).weight, scored.get(i).rewards().get(rollout))).toList());
        return all ? Reward.of(sum, evidence) : Reward.noVerdict(evidence);
    }

    /** The metrics of the parts, and of each its mean over verdicts as {@code rewards/NAME/mean}. */
    @Override
    public Map<String, Double> metrics(List<ScoredGroup> scored) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            RewardDeriver deriver = parts.get(i).deriver;
            List<ScoredGroup> byDeriver = byPart(scored, i);
            metrics.putAll(deriver.metrics(byDeriver));
            byDeriver.stream().flatMap(group -> group.rewards().stream()).map(Reward::value)
                    .flatMapToDouble(OptionalDouble::stream).average()
                    .ifPresent(mean -> metrics.put("rewards/" + deriver.name() + "/mean", mean));
        }
        return metrics;
    }

    @Override
    public void check(List<ScoredGroup> scored, int step) {
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).deriver.check(byPart(scored, i), step);
        }
    }

    /** The groups as one part scored them; those that no part scored as they are. */
    private static List<ScoredGroup> byPart(List<ScoredGroup> scored, int part) {
        return scored.stream().map(group -> new ScoredGroup(group.taught(), group.rewards().stream()
                .map(reward -> byPart(reward, part)).toList())).toList();
    }

    private static Reward byPart(Reward reward, int part) {
        return reward.evidence() instanceof Weighted weighted ? weighted.parts().get(part).reward() : reward;
    }
}
