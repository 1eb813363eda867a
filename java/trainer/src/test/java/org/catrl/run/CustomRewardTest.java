package org.catrl.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.Pending;
import org.catrl.reward.RewardDeriver;
import org.junit.jupiter.api.Test;

/** What becomes of a program's own reward that does not do what it should. */
class CustomRewardTest {
    /** Fails by one exception in whatever it is asked; without one, it has no metrics. */
    private record Failing(RuntimeException failure) implements RewardDeriver {
        @Override
        public String name() {
            return "mine";
        }

        @Override
        public Pending<ScoredGroup> score(TaughtGroup group, int step) {
            throw failure;
        }

        @Override
        public Map<String, Double> metrics(List<ScoredGroup> scored) {
            if (failure != null) {
                throw failure;
            }
            return null;
        }
    }

    private static CustomReward reward(RuntimeException failure) {
        return new CustomReward("mine", new Failing(failure));
    }

    @Test
    void itsFailuresAreToldUnderItsName() {
        IllegalArgumentException failure = new IllegalArgumentException("no such word");
        assertEquals("the reward \"mine\" failed in step 3: java.lang.IllegalArgumentException: no such word; --debug "
                + "shows where", assertThrows(CustomPartException.class, () -> reward(failure).score(null, 3))
                .getMessage());
        assertEquals("the reward \"mine\" failed when its metrics were asked for: "
                + "java.lang.IllegalArgumentException: no such word; --debug shows where",
                assertThrows(CustomPartException.class, () -> reward(failure).metrics(List.of())).getMessage());
        assertThrows(CustomPartException.class, () -> reward(null).metrics(List.of()));
    }

    /** The run is left in order, as by Ctrl-C in any other wait for an endpoint. */
    @Test
    void aRunThatIsCancelledWhileItWaitsIsNoFailure() {
        CancellationException cancelled = new CancellationException("nobody waits any more");
        assertSame(cancelled, assertThrows(CancellationException.class, () -> reward(cancelled).score(null, 3)));
    }
}
