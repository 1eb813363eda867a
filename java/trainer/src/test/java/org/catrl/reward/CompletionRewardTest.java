package org.catrl.reward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalDouble;
import org.catrl.flow.Reward;
import org.catrl.flow.Rollout;
import org.catrl.generate.Completion;
import org.catrl.generate.Finish;
import org.junit.jupiter.api.Test;

class CompletionRewardTest {
    @Test
    void certaintyIsTheMeanLogProbabilityAndNoVerdictWithoutAny() {
        Rollout local = new Rollout("ab", new Completion(new int[] {1, 2}, new float[] {-1, -2}, Finish.STOP_TOKEN));
        assertEquals(OptionalDouble.of(-1.5), CompletionReward.certainty().of(local).value());
        Reward remote = CompletionReward.certainty().of(Rollout.ofText("ab", Finish.STOP_TOKEN));
        assertEquals(OptionalDouble.empty(), remote.value());
        assertTrue(remote.evidence().text().startsWith("certainty wants log-probabilities"), remote.evidence().text());
    }
}
