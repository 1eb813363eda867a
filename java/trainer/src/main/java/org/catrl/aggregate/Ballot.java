package org.catrl.aggregate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.catrl.generate.Group;
import org.catrl.text.AnswerFormat;

/**
 * The canonical answers of a group, one per rollout, and how often each was given.
 *
 * @param answers per rollout in order; null where the rollout holds no answer
 * @param votes   rollouts per answer, answers in the order of their first rollout
 */
public record Ballot(List<String> answers, Map<String, Integer> votes) {
    public static Ballot of(Group group, AnswerFormat format) {
        List<String> answers = group.rollouts().stream()
                .map(rollout -> format.extract(rollout.text()).map(format::canonical).orElse(null)).toList();
        Map<String, Integer> votes = new LinkedHashMap<>();
        answers.stream().filter(Objects::nonNull).forEach(answer -> votes.merge(answer, 1, Integer::sum));
        return new Ballot(answers, votes);
    }

    /** The most frequent answer; among equals the one whose first rollout comes first. Empty when none parsed. */
    public Optional<String> winner() {
        int most = votes.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        return votes.entrySet().stream().filter(entry -> entry.getValue() == most).map(Map.Entry::getKey).findFirst();
    }

    /** Share of all rollouts, the unparsed included, that gave this answer. */
    public double share(String answer) {
        return votes.getOrDefault(answer, 0) / (double) answers.size();
    }

    /** Rollouts without an answer. */
    public int unparsed() {
        return answers.size() - votes.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Entropy in nats of the answers among the rollouts that hold one; 0 when none does. */
    public double entropy() {
        double parsed = answers.size() - unparsed();
        return votes.values().stream().mapToDouble(count -> -count / parsed * Math.log(count / parsed)).sum();
    }

    /** Per rollout its share in speaking for an answer: equal among those that gave it, all 0 when none did. */
    List<Double> weights(String answer) {
        int voters = votes.getOrDefault(answer, 0);
        return answers.stream().map(own -> answer.equals(own) ? 1.0 / voters : 0.0).toList();
    }

    /** Place of the first rollout with this answer, or -1. */
    int first(String answer) {
        return IntStream.range(0, answers.size()).filter(rollout -> answer.equals(answers.get(rollout))).findFirst()
                .orElse(-1);
    }
}
