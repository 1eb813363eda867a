package org.catrl.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Scores in, warnings out: the bound is made of the run's own beginning. */
class GuardTest {
    private static final double ERROR = 0.02;

    private final Guard guard = new Guard(GuardMode.WARN, 0.25);

    private Optional<GuardReport> after(int steps, double value) {
        return guard.after(new ProbeScore(steps, value, ERROR, 64));
    }

    /** Steps at which scores, ten steps apart from 0 on, made it warn. */
    private List<Integer> warned(double... scores) {
        List<Integer> warned = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            int steps = 10 * i;
            after(steps, scores[i]).ifPresent(report -> warned.add(report.steps()));
        }
        return warned;
    }

    @Test
    void aRunThatImprovesIsLeftAlone() {
        assertEquals(List.of(), warned(0.4, 0.5, 0.6, 0.58, 0.65, 0.7, 0.69, 0.7));
        assertEquals(50, guard.best().orElseThrow().steps());
        assertEquals(0.4, guard.initial().orElseThrow().value());
    }

    /** A quarter of what was gained is the most that may be lost. */
    @Test
    void aRunThatLosesWhatItGainedIsToldOnce() {
        assertEquals(List.of(), warned(0.4, 0.8));
        assertEquals(0.7, guard.bound(), 1e-9);
        assertEquals(Optional.empty(), after(20, 0.71));
        GuardReport report = after(30, 0.69).orElseThrow();
        assertEquals(new GuardReport(30, "guard/score", 0.69, guard.bound(), 0.8, 10, false), report);
        assertEquals(Optional.empty(), after(40, 0.5));
        assertEquals(Optional.empty(), after(50, 0.75), "it has recovered");
        assertTrue(after(60, 0.6).isPresent(), "and falls anew");
    }

    @Test
    void aRunThatNeverGainedAnythingMayFallByTwoStandardErrorsOnly() {
        assertEquals(List.of(20), warned(0.4, 0.4 - 1.9 * ERROR, 0.4 - 2.1 * ERROR));
        assertEquals(0, guard.best().orElseThrow().steps());
    }

    @Test
    void theMessageNamesSignalValueBoundAndCheckpoint() {
        warned(0.4, 0.8);
        String message = after(20, 0.5).orElseThrow().message();
        for (String part : List.of("after step 20", "guard/score", "0.500", "0.700", "0.800", "checkpoint-10")) {
            assertTrue(message.contains(part), message);
        }
        Guard stopping = new Guard(GuardMode.STOP, 0.25);
        stopping.after(new ProbeScore(0, 0.5, ERROR, 64));
        GuardReport report = stopping.after(new ProbeScore(10, 0.1, ERROR, 64)).orElseThrow();
        assertTrue(report.stops());
        assertTrue(report.message().contains("the initial model"), report.message());
    }

    @Test
    void aGuardGoesOnFromItsState() throws JsonProcessingException {
        warned(0.4, 0.8, 0.6);
        Guard other = new Guard(GuardMode.WARN, 0.25);
        other.restore(written(guard.state()));
        assertEquals(guard.bound(), other.bound());
        assertEquals(guard.best(), other.best());
        assertEquals(Optional.empty(), other.after(new ProbeScore(30, 0.6, ERROR, 64)), "it has been told");
        Guard stricter = new Guard(GuardMode.WARN, 0.2);
        stricter.restore(written(guard.state()));
        assertTrue(stricter.after(new ProbeScore(30, 0.6, ERROR, 64)).isPresent(), "its bound is another");
        Guard fresh = new Guard(GuardMode.WARN, 0.25);
        fresh.restore(written(new Guard(GuardMode.WARN, 0.25).state()));
        assertEquals(Optional.empty(), fresh.best());
    }

    @Test
    void labelsDecideWhichStepIsBestOnceTheyWereAsked() throws JsonProcessingException {
        BestStep best = new BestStep();
        assertTrue(best.steps().isEmpty());
        assertTrue(best.guarded(10, 0.9));
        assertTrue(best.validated(20, 0.3), "the first by labels, whatever the guard's score");
        assertFalse(best.guarded(30, 0.99));
        assertFalse(best.validated(40, 0.3));
        BestStep other = new BestStep();
        other.restore(written(best.state()));
        assertEquals(20, other.steps().orElseThrow());
        assertEquals(0.3, other.score());
        assertFalse(other.guarded(50, 1));
        assertTrue(other.validated(60, 0.31));
    }

    private static JsonNode written(JsonNode state) throws JsonProcessingException {
        return new ObjectMapper().readTree(state.toString());
    }
}
