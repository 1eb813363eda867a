package org.catrl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class EtaTest {
    private static final long SECOND = 1_000_000_000L;

    private long now = 50 * SECOND;

    private Eta eta(long done) {
        return new Eta(() -> now, done, now);
    }

    private void reached(Eta eta, long done, long seconds) {
        now += seconds * SECOND;
        eta.reached(done);
    }

    @Test
    void nothingIsKnownBeforeAnythingIsDoneAndNothingIsLeftAtTheEnd() {
        Eta eta = eta(0);
        assertTrue(eta.seconds(10).isEmpty());
        assertEquals("", eta.text(10));
        eta.reached(0);
        assertTrue(eta.seconds(10).isEmpty());
        reached(eta, 10, 3);
        assertTrue(eta.seconds(10).isEmpty());
        assertEquals("eta 0s", eta.text(11));
    }

    @Test
    void whatIsLeftTakesTheMedianTimeOfAStep() {
        Eta eta = eta(40);
        reached(eta, 41, 30);
        assertEquals(30.0 * 39, eta.seconds(80).orElseThrow());
        reached(eta, 42, 2);
        assertEquals(16.0 * 38, eta.seconds(80).orElseThrow());
        reached(eta, 43, 2);
        reached(eta, 44, 900);
        reached(eta, 45, 2);
        assertEquals(2.0 * 35, eta.seconds(80).orElseThrow());
        assertEquals("eta 1m 10s", eta.text(80));
    }

    @Test
    void onlyTheLastStepsCount() {
        Eta eta = eta(0);
        for (int done = 1; done <= 100; done++) {
            reached(eta, done, 10);
        }
        for (int done = 101; done <= 111; done++) {
            reached(eta, done, 1);
        }
        assertEquals(9.0, eta.seconds(120).orElseThrow());
    }

    @Test
    void severalAtOnceAreAsManyUnits() {
        Eta eta = eta(0);
        reached(eta, 100, 50);
        assertEquals(450.0, eta.seconds(1000).orElseThrow());
    }

    @Test
    void aTimeIsReadInItsTwoLargestUnits() {
        assertEquals("0s", Eta.duration(0.4));
        assertEquals("59s", Eta.duration(59.4));
        assertEquals("1m 00s", Eta.duration(59.6));
        assertEquals("3m 10s", Eta.duration(190));
        assertEquals("1h 00m", Eta.duration(3600));
        assertEquals("23h 59m", Eta.duration(86_399));
        assertEquals("2d 05h", Eta.duration(2 * 86_400 + 5 * 3600 + 59));
    }

    @Test
    void aLineEndsWithIt() {
        StringWriter text = new StringWriter();
        Eta eta = eta(40);
        try (Progress progress = Progress.of(new PrintWriter(text), false, "train", 80, 80, eta)) {
            now += 5 * SECOND;
            progress.show(41, "reward 0.5");
            now += 5 * SECOND;
            progress.show(42, "");
            progress.show(80, "reward 0.6");
        }
        assertEquals(String.format("train 41/80  reward 0.5  eta 3m 15s%ntrain 42/80  eta 3m 10s%n"
                + "train 80/80  reward 0.6%n"), text.toString());
    }
}
