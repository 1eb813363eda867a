package org.catrl.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.catrl.generate.DrawKey.Purpose;
import org.junit.jupiter.api.Test;

class DrawKeyTest {
    /** Rollouts and syntheses count alike, each in a stream of its own; all else is apart from both. */
    @Test
    void purposesDoNotMeet() {
        Set<Integer> counters = new HashSet<>();
        int keys = 0;
        for (Purpose purpose : Purpose.values()) {
            for (int rollout : List.of(0, 1, DrawKey.MOST - 1)) {
                counters.add(new DrawKey(3, 5, rollout, purpose).counter(0));
                keys++;
            }
        }
        assertEquals(keys - 3, counters.size());
        assertEquals(7, DrawKey.rollout(3, 5).counter(7), "the counter of a rollout is its number");
        assertEquals(DrawKey.rollout(3, 5).counter(7), DrawKey.rollout(3, 5).numbered(7).counter(0));
    }

    @Test
    void everyPartOfTheKeyIsInTheHash() {
        Set<Long> hashes = new HashSet<>();
        for (Purpose purpose : List.of(Purpose.ROLLOUT, Purpose.RUBRIC, Purpose.VERDICT)) {
            for (int place = 0; place < 8; place++) {
                hashes.add(new DrawKey(place & 1, place >> 1 & 1, place >> 2, purpose).hash());
            }
        }
        assertEquals(3 * 8, hashes.size());
    }

    @Test
    void whatIsDrawnOutsideOfAnyStepMeetsNoStep() {
        assertEquals(-1, DrawKey.OUTSIDE_STEPS, "the number is part of the random bits of every evaluation");
        assertNotEquals(DrawKey.rollout(0, 5).hash(), DrawKey.rollout(DrawKey.OUTSIDE_STEPS, 5).hash());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> DrawKey.rollout(-2, 5)).getMessage()
                .startsWith("step is -2"));
    }

    @Test
    void aNumberThatWouldRunIntoAnotherPurposeIsRefused() {
        for (int rollout : List.of(-1, DrawKey.MOST)) {
            assertTrue(assertThrows(IllegalArgumentException.class, () -> DrawKey.rollout(0, 0).numbered(rollout))
                    .getMessage().startsWith("rollout is " + rollout));
        }
        SamplingSettings settings = SamplingSettings.of(1, 1, List.of());
        assertThrows(RequestException.class, () -> new Request(new int[1], 2, settings,
                DrawKey.rollout(0, 0).numbered(DrawKey.MOST - 1)));
    }
}
