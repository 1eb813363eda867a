package org.catrl.aggregate;

import java.util.Optional;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.lm.Pending;
import org.catrl.text.AnswerFormat;

/**
 * The answer most rollouts gave (Test-Time RL), equivalent answers pooled; ties as {@link Ballot#winner} breaks them.
 * The reference's text is that of the first rollout with the answer. Abstains when no rollout holds an answer.
 */
public final class MajorityVote implements Aggregator {
    static final String SOURCE = "majority";
    private final AnswerFormat format;

    /**
     * A majority vote over answers.
     *
     * @param format how answers are read and compared
     */
    public MajorityVote(AnswerFormat format) {
        this.format = format;
    }

    @Override
    public Pending<PseudoReference> estimate(SampledGroup group, int step) {
        return Pending.of(elect(group));
    }

    /** The answer of one group, at once. */
    PseudoReference elect(SampledGroup group) {
        Ballot ballot = Ballot.of(group, format);
        return ballot.winner().map(answer -> elected(group, ballot, answer)).orElseGet(() ->
                PseudoReference.abstain(SOURCE, group.rollouts().size(), "no rollout holds an answer"));
    }

    private PseudoReference elected(SampledGroup group, Ballot ballot, String candidate) {
        String text = group.rollouts().get(ballot.first(candidate)).text();
        return new PseudoReference(text, format.extract(text), SOURCE, ballot.weights(candidate),
                ballot.share(candidate), Optional.empty());
    }
}
