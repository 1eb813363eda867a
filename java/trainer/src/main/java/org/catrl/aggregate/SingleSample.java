package org.catrl.aggregate;

import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.lm.Pending;
import org.catrl.text.AnswerFormat;

/** The first rollout that holds an answer, whatever the others say: what every other aggregator is held against. */
public final class SingleSample implements Aggregator {
    private static final String SOURCE = "single_sample";
    private final AnswerFormat format;

    /**
     * A choice of the first rollout with an answer.
     *
     * @param format how answers are read
     */
    public SingleSample(AnswerFormat format) {
        this.format = format;
    }

    @Override
    public Pending<PseudoReference> estimate(SampledGroup group, int step) {
        Ballot ballot = Ballot.of(group, format);
        return Pending.of(ballot.votes().keySet().stream().findFirst()
                .map(answer -> Selection.of(group, ballot.first(answer), SOURCE, format, 1))
                .orElseGet(() -> PseudoReference.abstain(SOURCE, group.rollouts().size(),
                        "no rollout holds an answer")));
    }
}
