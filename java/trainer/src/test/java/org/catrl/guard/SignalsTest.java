package org.catrl.guard;

import static org.catrl.aggregate.Rollouts.AFTER_HASH;
import static org.catrl.aggregate.Rollouts.group;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.catrl.aggregate.ScoringModel;
import org.catrl.data.Prompt;
import org.catrl.flow.Evidence;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Reward;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.Scorer.Continuation;
import org.junit.jupiter.api.Test;

/** Each signal on groups made by hand: no model. */
class SignalsTest {
    private static PseudoReference reference(String answer) {
        return new PseudoReference("so #" + answer, Optional.of(answer), "synthesis", List.of(0.5, 0.5), 0.9,
                Optional.empty());
    }

    private static ScoredGroup scored(Double... rewards) {
        String[] texts = Collections.nCopies(rewards.length, "#1").toArray(String[]::new);
        return new ScoredGroup(new TaughtGroup(group(1, texts), reference("1")), Stream.of(rewards).map(reward ->
                reward == null ? Reward.noVerdict("none") : Reward.of(reward, new Evidence.Note(""))).toList());
    }

    @Test
    void theScoreIsTheMeanOverPromptsAndItsErrorTheirs() {
        ProbeScore score = ProbeScore.of(7, List.of(scored(1.0, 0.0), scored(1.0, null), scored(null, null))).get();
        assertEquals(0.75, score.value());
        assertEquals(0.25, score.error(), 1e-12);
        assertEquals(2, score.prompts());
        assertEquals(Optional.empty(), ProbeScore.of(7, List.of(scored(null, null))));
    }

    /** Equivalent answers are no flip; an answer that comes or goes is one. */
    @Test
    void flipsAreCountedByAnswers() {
        List<SampledGroup> before = List.of(group(1, "#1"), group(2, "#2"), group(3, "none"), group(4, "none"));
        List<SampledGroup> now = List.of(group(1, "#01"), group(2, "#3"), group(3, "#3"), group(4, "nothing"));
        assertEquals(0.5, AnswerFlips.of(before, now, AFTER_HASH));
        assertEquals(0, AnswerFlips.of(now, now, AFTER_HASH));
    }

    @Test
    void spreadIsThatOfTheAnswers() {
        Map<String, Double> signals = AnswerSpread.of(List.of(group(1, "#1", "#1", "#2", "#2"),
                group(2, "#1", "#1", "#1", "none")), AFTER_HASH);
        assertEquals(1.5, signals.get("distinct_answers"));
        assertEquals(Math.log(2) / 2, signals.get("answer_entropy"), 1e-12);
        assertEquals(0.125, signals.get("unparsed"));
        assertEquals((7 * 2 + 4) / 8.0, signals.get("length"));
    }

    @Test
    void theTeacherIsHeldAgainstItselfAtStepZeroAndAgainstTheVote() {
        TaughtGroup same = new TaughtGroup(group(1, "#1", "#1", "#2"), reference("1"));
        TaughtGroup drifted = new TaughtGroup(group(2, "#1", "#1", "#2"), reference("2"));
        TaughtGroup silent = new TaughtGroup(group(3, "#1"), PseudoReference.abstain("synthesis", 1, "why"));
        Map<String, Double> signals = TeacherDrift.of(List.of(same, drifted, silent, same),
                List.of(reference("1"), reference("1"), reference("1"), reference("3")), AFTER_HASH);
        assertEquals(0.25, signals.get("teacher_agreement"));
        assertEquals(0.5, signals.get("vote_agreement"));
    }

    @Test
    void theGapIsWhatIsEarnedBeyondTheYardstick() {
        assertEquals(OptionalDouble.of(0.5), HackingGap.of(List.of(scored(1.0, 1.0)), List.of(scored(1.0, 0.0))));
        assertEquals(OptionalDouble.empty(), HackingGap.of(List.of(scored(1.0)), List.of(scored((Double) null))));
    }

    @Test
    void groupsWithoutSpreadAreCountedAmongThoseWithAVerdict() {
        assertEquals(0.5, RewardSpread.without(List.of(scored(1.0, 1.0, null), scored(0.0, 1.0),
                scored((Double) null))));
        assertEquals(0, RewardSpread.without(List.of()));
    }

    /** A text is likely as the anchor finds it after the rollouts of step 0, of the same prompt; per token. */
    @Test
    void likelihoodIsReadAfterTheRolloutsOfStepZero() {
        List<Continuation> asked = new ArrayList<>();
        ScoringModel anchor = new ScoringModel(asked, continuation -> continuation.tokens().length == 2
                ? new float[] {-1, -3} : new float[] {-4});
        AnchorLikelihood likelihood = new AnchorLikelihood(anchor, (question, responses) -> responses.get(0).text()
                + "=", List.of(group(1, "one"), group(2, "two")));
        assertEquals(OptionalDouble.of(-3), likelihood.of(List.of(List.of("ab", ""), List.of("c"))));
        assertEquals(List.of(">one=", ">two="), asked.stream().map(ScoringModel::text).toList());
        assertEquals(OptionalDouble.empty(), likelihood.of(List.of(List.of(), List.of("x".repeat(10_000)))));
    }

    @Test
    void aYardstickLeavesOutWhatHasNoReferenceAndComesBackFromItsState() throws IOException {
        TaughtGroup taught = new TaughtGroup(group(5, "#1", "#2"), reference("1"));
        ProbeSet set = ProbeSet.of(List.of(new TaughtGroup(group(4, "none"), PseudoReference.abstain("synthesis", 1,
                "why")), taught));
        assertEquals(List.of(taught.group().prompt()), set.prompts());
        SampledGroup now = group(5, "#3");
        assertEquals(List.of(new TaughtGroup(now, reference("1"))), set.hold(List.of(now)));
        JsonNode state = new ObjectMapper().readTree(set.state().toString());
        ProbeSet restored = ProbeSet.restored(state, List.of(new Prompt(4, "Q4="), taught.group().prompt()));
        assertEquals(set.prompts(), restored.prompts());
        assertEquals("so #1", restored.references().get(0).text());
        assertEquals(Optional.of("1"), restored.references().get(0).answer());
        IOException other = assertThrows(IOException.class, () -> ProbeSet.restored(state,
                List.of(new Prompt(4, "Q"))));
        assertEquals(true, other.getMessage().contains("prompt 5"), other.getMessage());
    }
}
