package org.catrl.reward;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;

/** Several rewards added up, each times its weight. A rollout on which one of them has no verdict has none. */
public final class WeightedSum implements RewardDeriver {
    /** One of them. */
    public record Part(RewardDeriver deriver, double weight) { }

    private final List<Part> parts;
    private final Map<String, Double> metrics = new LinkedHashMap<>();

    /** @param parts at least one */
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

    /** Those of the parts, and of each its mean over verdicts as {@code rewards/NAME/mean}. */
    @Override
    public Map<String, Double> metrics() {
        return metrics;
    }

    @Override
    public List<List<Reward>> score(List<SampledGroup> groups, List<PseudoReference> references, int step) {
        metrics.clear();
        List<List<List<Reward>>> scored = new ArrayList<>();
        for (Part part : parts) {
            List<List<Reward>> rewards = part.deriver.score(groups, references, step);
            scored.add(rewards);
            metrics.putAll(part.deriver.metrics());
            rewards.stream().flatMap(List::stream).map(Reward::value).flatMapToDouble(OptionalDouble::stream).average()
                    .ifPresent(mean -> metrics.put("rewards/" + part.deriver.name() + "/mean", mean));
        }
        List<List<Reward>> sums = new ArrayList<>();
        for (int at = 0; at < groups.size(); at++) {
            List<Reward> own = new ArrayList<>();
            for (int rollout = 0; rollout < groups.get(at).rollouts().size(); rollout++) {
                own.add(sum(scored, at, rollout));
            }
            sums.add(own);
        }
        return sums;
    }

    private Reward sum(List<List<List<Reward>>> scored, int group, int rollout) {
        double sum = 0;
        boolean all = true;
        StringBuilder evidence = new StringBuilder();
        for (int part = 0; part < parts.size(); part++) {
            Reward reward = scored.get(part).get(group).get(rollout);
            evidence.append(parts.get(part).deriver.name()).append(": ").append(reward.evidence()).append('\n');
            all &= reward.value().isPresent();
            sum += parts.get(part).weight * reward.value().orElse(0);
        }
        return all ? Reward.of(sum, evidence.toString()) : Reward.noVerdict(evidence.toString());
    }
}
