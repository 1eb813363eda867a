package org.catrl.aggregate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.text.AnswerFormat;

/**
 * The answers of a group and how often each was given. Equivalent answers are one candidate, which goes by the
 * canonical form of the first rollout that gave it.
 */
public final class Ballot {
    private final SampledGroup group;
    private final AnswerFormat format;
    private final List<Optional<String>> answers = new ArrayList<>();
    private final List<Optional<String>> givenUp = new ArrayList<>();
    private final List<Optional<String>> choices = new ArrayList<>();
    private final Map<String, Integer> votes = new LinkedHashMap<>();

    private Ballot(SampledGroup group, AnswerFormat format) {
        this.group = group;
        this.format = format;
        for (Rollout rollout : group.rollouts()) {
            Optional<String> read = format.extract(rollout.text());
            answers.add(read);
            givenUp.add(read.isPresent() ? Optional.empty() : format.whyUnread(rollout.text()));
            Optional<String> choice = read
                    .map(answer -> candidate(answer).orElseGet(() -> format.canonical(answer)));
            choices.add(choice);
            choice.ifPresent(candidate -> votes.merge(candidate, 1, Integer::sum));
        }
    }

    /** The ballot of a group's rollouts. */
    public static Ballot of(SampledGroup group, AnswerFormat format) {
        return new Ballot(group, format);
    }

    /** The candidate that an answer is equivalent to; empty when no rollout gave it. */
    public Optional<String> candidate(String answer) {
        String canonical = format.canonical(answer);
        return votes.containsKey(canonical) ? Optional.of(canonical)
                : votes.keySet().stream().filter(candidate -> format.equivalent(candidate, answer)).findFirst();
    }

    /** Candidates of the rollouts, in order; empty where a rollout holds no answer. */
    public List<Optional<String>> choices() {
        return Collections.unmodifiableList(choices);
    }

    /** The answers as the rollouts gave them, in order; empty where a rollout holds none. */
    public List<Optional<String>> answers() {
        return Collections.unmodifiableList(answers);
    }

    /** Why reading a rollout was given up, in order; empty where it was not. */
    public List<Optional<String>> givenUp() {
        return Collections.unmodifiableList(givenUp);
    }

    /** Rollouts per candidate, candidates in the order of their first rollout. */
    public Map<String, Integer> votes() {
        return Collections.unmodifiableMap(votes);
    }

    /**
     * The candidate with most votes; among equals the one whose rollouts have the higher mean log-probability per
     * token, then the one that was given first. Empty when none parsed.
     */
    public Optional<String> winner() {
        int most = votes.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        List<String> leading = votes.keySet().stream().filter(choice -> votes.get(choice) == most).toList();
        return leading.size() < 2 ? leading.stream().findFirst()
                : leading.stream().max(Comparator.comparingDouble(this::meanLogProb)
                        .thenComparing(choice -> -leading.indexOf(choice)));
    }

    /** Mean of the mean log-probabilities of the rollouts that gave the candidate; lowest where a model tells none. */
    private double meanLogProb(String candidate) {
        return IntStream.range(0, choices.size()).filter(rollout -> choices.get(rollout).filter(candidate::equals)
                .isPresent())
                .mapToObj(rollout -> group.rollouts().get(rollout).meanLogProb())
                .flatMapToDouble(OptionalDouble::stream).average().orElse(Double.NEGATIVE_INFINITY);
    }

    /** Share of all rollouts, the unparsed included, that gave this candidate. */
    public double share(String candidate) {
        return votes.getOrDefault(candidate, 0) / (double) choices.size();
    }

    /** Rollouts without an answer. */
    public int unparsed() {
        return (int) choices.stream().filter(Optional::isEmpty).count();
    }

    /** Entropy in nats of the candidates among the rollouts that hold an answer; 0 when none does. */
    public double entropy() {
        double parsed = choices.size() - unparsed();
        return votes.values().stream().mapToDouble(count -> -count / parsed * Math.log(count / parsed)).sum();
    }

    /** Shares of the rollouts in speaking for an answer: equal among those that gave it, all 0 when none did. */
    List<Double> weights(String answer) {
        Optional<String> candidate = candidate(answer);
        return choices.stream().map(choice -> choice.isPresent() && choice.equals(candidate)
                ? 1.0 / votes.get(choice.get()) : 0.0).toList();
    }

    /** Number of the first rollout with this candidate, which some rollout has. */
    int first(String candidate) {
        return choices.indexOf(Optional.of(candidate));
    }
}
