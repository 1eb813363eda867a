package org.catrl.lm;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.catrl.flow.FailureKind;

/**
 * A circuit breaker: after so many failed requests in a row, of all questions together, nothing is asked any more until
 * a new step begins. Then one request goes out alone, and the others wait for what comes of it. A single question,
 * which may be what the endpoint cannot bear, never takes the others away.
 */
final class CircuitBreaker {
    private enum State { CLOSED, OPEN, TO_BE_PROBED, PROBED }

    private static final int FEWEST_QUESTIONS = 2;

    private final long threshold;
    private State state = State.CLOSED;
    private final Set<String> failing = new HashSet<>();
    private long failures;
    private EndpointFailure down;

    /**
     * A breaker that lets everything pass.
     *
     * @param threshold the weight of failures in a row that opens it
     */
    CircuitBreaker(long threshold) {
        this.threshold = threshold;
    }

    /** A new step: what was down may be asked once. */
    synchronized void begin() {
        if (state == State.OPEN) {
            state = State.TO_BE_PROBED;
        }
    }

    /**
     * Why nothing may be asked; empty where a request may go out. Whoever gets leave tells what came of it.
     */
    synchronized Optional<EndpointFailure> refusal() throws InterruptedException {
        while (state == State.PROBED) {
            wait();
        }
        if (state == State.TO_BE_PROBED) {
            state = State.PROBED;
        }
        return state == State.OPEN ? Optional.of(down) : Optional.empty();
    }

    /** The endpoint answered. */
    synchronized void answered() {
        failures = 0;
        failing.clear();
        state = State.CLOSED;
        notifyAll();
    }

    /** The endpoint finds fault with this one question: it is there, which says nothing of the others. */
    synchronized void complained() {
        if (state == State.PROBED) {
            answered();
        }
    }

    /** Nobody waited for what came of the request. */
    synchronized void interrupted() {
        if (state == State.PROBED) {
            state = State.TO_BE_PROBED;
            notifyAll();
        }
    }

    /**
     * The request failed.
     *
     * @param question whose request it was
     * @param weight   what it adds to the failures in a row
     */
    synchronized void failed(String question, EndpointFailure failure, long weight) {
        failures += weight;
        if (failing.size() < FEWEST_QUESTIONS) {
            failing.add(question);
        }
        boolean many = failures >= threshold && failing.size() >= FEWEST_QUESTIONS;
        if (state == State.PROBED || state == State.CLOSED && many) {
            state = State.OPEN;
            down = new EndpointFailure(FailureKind.DOWN, "not asked, since the endpoint is down; the last request to "
                    + "it: " + failure.reason());
            notifyAll();
        }
    }

    /** Whether there may be another request after a wait, which ends early when the endpoint turns out to be down. */
    synchronized boolean mayAskAfter(long milliseconds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
        long left = milliseconds;
        while (left > 0 && state != State.OPEN) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
        return state != State.OPEN;
    }
}
