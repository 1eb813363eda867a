package org.catrl.guard;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.catrl.aggregate.Ballot;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.text.AnswerFormat;

/** The variety and form of the rollouts on the probe. */
public final class AnswerSpread {
    private AnswerSpread() { }

    /**
     * Means over groups. {@code distinct_answers}: different answers of a group; {@code answer_entropy}: in nats;
     * {@code unparsed}: share of rollouts without an answer; {@code length}: tokens of a rollout.
     */
    public static Map<String, Double> of(List<SampledGroup> groups, AnswerFormat format) {
        List<Ballot> ballots = groups.stream().map(group -> Ballot.of(group, format)).toList();
        Map<String, Double> signals = new LinkedHashMap<>();
        signals.put("distinct_answers", mean(ballots, ballot -> ballot.votes().size()));
        signals.put("answer_entropy", mean(ballots, Ballot::entropy));
        signals.put("unparsed", mean(ballots, ballot -> ballot.unparsed() / (double) ballot.choices().size()));
        signals.put("length", groups.stream().flatMap(group -> group.rollouts().stream())
                .mapToInt(AnswerSpread::tokens).average().orElse(0));
        return signals;
    }

    private static int tokens(Rollout rollout) {
        return rollout.completion().ids().length;
    }

    private static double mean(List<Ballot> ballots, ToDoubleFunction<Ballot> value) {
        return ballots.stream().mapToDouble(value).average().orElse(0);
    }
}
