package org.catrl.aggregate;

import java.util.List;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.text.AnswerFormat;

/** The first rollout that holds an answer, whatever the others say: what every other estimator is held against. */
public final class SingleSample implements Aggregator {
    private static final String SOURCE = "single_sample";
    private final AnswerFormat format;

    public SingleSample(AnswerFormat format) {
        this.format = format;
    }

    @Override
    public List<PseudoReference> estimate(List<SampledGroup> groups, int step) {
        return groups.stream().map(group -> {
            Ballot ballot = Ballot.of(group, format);
            int first = ballot.votes().isEmpty() ? -1 : ballot.first(ballot.votes().keySet().iterator().next());
            return first < 0 ? PseudoReference.abstain(SOURCE, group.rollouts().size(), "no rollout holds an answer")
                    : Selection.of(group, first, SOURCE, format, 1);
        }).toList();
    }
}
