package org.catrl.aggregate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.catrl.data.Prompt;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.generate.Completion;
import org.catrl.generate.Finish;
import org.junit.jupiter.api.Test;

class MajorityVoteTest {
    private final MajorityVote vote = new MajorityVote(Rollouts.AFTER_HASH);

    @Test
    void poolsAnswersThatAreEqualInCanonicalForm() {
        PseudoReference reference = estimate("a#7", "b#0012", "c#12", "d#7", "e#012", "f");
        assertEquals(Optional.of("0012"), reference.answer());
        assertEquals("b#0012", reference.text());
        assertEquals(List.of(0.0, 1 / 3.0, 1 / 3.0, 0.0, 1 / 3.0, 0.0), reference.weights());
        assertEquals(0.5, reference.confidence(), "votes of all rollouts, the unparsed included");
    }

    @Test
    void aTieGoesToTheLikelierAnswer() {
        List<Rollout> rollouts = List.of(likely("a#9", -2), likely("b#3", -1), likely("c#3", -1.5),
                likely("d#9", -0.1));
        SampledGroup group = new SampledGroup(new Prompt(0, "Q"), rollouts);
        assertEquals(Optional.of("9"), vote.estimate(group, 0).get().answer(), "-1.05 against -1.25");
    }

    private static Rollout likely(String text, double logProb) {
        return new Rollout(text, new Completion(new int[2], new float[] {(float) logProb, (float) logProb},
                Finish.STOP_TOKEN));
    }

    @Test
    void aTieWithoutLogProbsGoesToTheAnswerGivenFirst() {
        assertEquals(Optional.of("9"), estimate("x", "a#9", "b#3", "c#3", "d#9").answer());
        assertEquals(Optional.of("3"), estimate("b#3", "a#9", "c#3", "d#9").answer());
    }

    @Test
    void inATieAnAnswerWithoutLogProbsComesAfterTheOthers() {
        SampledGroup group = new SampledGroup(new Prompt(0, "Q"), List.of(Rollout.ofText("a#9", Finish.STOP_TOKEN),
                likely("b#3", -2)));
        assertEquals(Optional.of("3"), vote.estimate(group, 0).get().answer());
    }

    @Test
    void abstainsWhenNothingParsed() {
        PseudoReference reference = estimate("a", "b");
        assertEquals(Optional.of("no rollout holds an answer"), reference.abstained());
        assertEquals(List.of(0.0, 0.0), reference.weights());
        assertTrue(reference.answer().isEmpty());
    }

    @Test
    void aBallotCountsWhatTheMetricsNeed() {
        Ballot ballot = Ballot.of(Rollouts.group(0, "a#1", "b#1", "c#2", "d#2", "e"), Rollouts.AFTER_HASH);
        assertEquals(1, ballot.unparsed());
        assertEquals(Math.log(2), ballot.entropy(), 1e-12);
        assertEquals(0.4, ballot.share("1"));
        assertEquals(0, Ballot.of(Rollouts.group(0, "e"), Rollouts.AFTER_HASH).entropy());
    }

    private PseudoReference estimate(String... texts) {
        return vote.estimate(Rollouts.group(0, texts), 0).get();
    }
}
