package org.catrl.reward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.catrl.aggregate.Rollouts;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Reward;
import org.catrl.flow.TaughtGroup;
import org.catrl.text.Comparison;
import org.catrl.text.GuardedAnswer;
import org.junit.jupiter.api.Test;

class AnswerRewardTest {
    private final AnswerReward reward = new AnswerReward(Rollouts.AFTER_HASH);

    @Test
    void comparesCanonicalAnswersAndGivesZeroToWhatDoesNotParse() {
        List<Reward> rewards = score(Optional.of("12"), "a#0012", "b#13", "c", "d#12");
        assertEquals(List.of(1.0, 0.0, 0.0, 1.0),
                rewards.stream().map(reward -> reward.value().getAsDouble()).toList());
        assertEquals("answer 0012 agrees with 12", rewards.get(0).evidence().text());
        assertEquals("no answer", rewards.get(2).evidence().text());
    }

    /** What was given up on is told, not taken for a rollout that says nothing. */
    @Test
    void anAnswerThatIsTooLongIsTold() {
        AnswerReward guarded = new AnswerReward(new GuardedAnswer(exact -> Rollouts.AFTER_HASH,
                () -> Comparison.EXACT, Duration.ofSeconds(10)));
        PseudoReference reference = new PseudoReference("", Optional.of("1"), "test", List.of(), 1, Optional.empty());
        Reward none = guarded.score(new TaughtGroup(Rollouts.group(0, "a#" + "1".repeat(2001)), reference), 0).get()
                .rewards().get(0);
        assertEquals(0, none.value().orElseThrow());
        assertEquals("no answer: it has 2001 characters; an answer has at most 2000", none.evidence().text());
    }

    @Test
    void aReferenceWithoutAnAnswerGivesNoVerdictRatherThanZero() {
        assertTrue(score(Optional.empty(), "a#1").get(0).value().isEmpty());
    }

    private List<Reward> score(Optional<String> answer, String... texts) {
        var reference = new PseudoReference("", answer, "test", List.of(), 1, Optional.empty());
        return reward.score(new TaughtGroup(Rollouts.group(0, texts), reference), 0).get().rewards();
    }
}
