package org.catrl.lm;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.catrl.flow.FailureKind;
import org.catrl.flow.Usage;
import org.catrl.text.Excerpt;

/** A client asks an endpoint until it answers, its patience is at an end, or it says that asking again is of no use. */
final class EndpointClient {
    private static final long FIRST_WAIT_MS = 500;
    private static final long LONGEST_WAIT_MS = 30_000;
    /** Bytes of a reply beside its text: reasoning apart from the text, names, counts. */
    private static final int BYTES_AROUND = 1 << 20;
    /** Bytes of a token's characters, each spelled as an escape of six, in the text and again in the reasoning. */
    private static final int BYTES_PER_TOKEN = 2 * 6 * EndpointReply.CHARACTERS_PER_TOKEN;
    private static final int LARGEST_REPLY = 8 << 20;
    private static final int LARGEST_ERROR = 64 << 10;
    /** Statuses that asking again may change. */
    private static final Set<Integer> PASSING = Set.of(408, 425, 429);
    /** Statuses that are about the caller and not about what it asks. */
    private static final Set<Integer> REFUSED = Set.of(401, 403, 404);

    private final EndpointSettings settings;
    private final ApiKey key;
    private final CircuitBreaker breaker;
    /** A client that follows no redirect: another host is not to see the key. */
    private final HttpClient http;

    EndpointClient(EndpointSettings settings, ApiKey key, CircuitBreaker breaker) {
        this.settings = settings;
        this.key = key;
        this.breaker = breaker;
        this.http = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.timeout()).build();
    }

    /**
     * How asking ended.
     *
     * @param reply   empty when there is none
     * @param failure why there is none, of the last request; null when there is one
     * @param usage   one call, its seconds and its retries; nothing where no request was made
     */
    record Outcome(Optional<EndpointReply> reply, EndpointFailure failure, Usage usage) { }

    /**
     * The outcome of asking until there is an answer, or asking again is of no use or not allowed.
     *
     * @param maxTokens the most tokens that the reply may have: a body that they cannot fill is none
     * @param stepEnd   the time of {@link System#nanoTime} at which the step's patience ends
     */
    Outcome ask(String body, int maxTokens, long stepEnd) throws InterruptedException {
        long start = System.nanoTime();
        if (stepEnd - start <= 0) {
            return new Outcome(Optional.empty(), new EndpointFailure(FailureKind.STEP_DEADLINE, "not asked, since the "
                    + "step has waited " + settings.stepDeadline().toSeconds() + " s for this endpoint "
                    + "(step_deadline_s)"), Usage.NONE);
        }
        int largest = (int) Math.min(LARGEST_REPLY, BYTES_AROUND + (long) BYTES_PER_TOKEN * maxTokens);
        long own = start + settings.deadline().toNanos();
        long end = own - stepEnd < 0 ? own : stepEnd;
        for (int retries = 0; ; retries++) {
            Optional<EndpointFailure> refusal = breaker.refusal();
            if (refusal.isPresent()) {
                return new Outcome(Optional.empty(), refusal.get(), usage(start, retries - 1));
            }
            Attempt made = told(body, largest, end);
            if (made.reply.isPresent() || made.inVain || retries >= settings.retries()) {
                return new Outcome(made.reply, made.failure, usage(start, retries));
            }
            long wait = made.retryAfter.map(Duration::toMillis).orElse(backOff(retries));
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (wait >= left || !breaker.mayAskAfter(wait)) {
                return new Outcome(Optional.empty(), made.giveUp(wait, left), usage(start, retries));
            }
        }
    }

    /** What so many retries took; a question for which there was no request took nothing. */
    private static Usage usage(long start, int retries) {
        return retries < 0 ? Usage.NONE : new Usage(1, List.of((System.nanoTime() - start) / 1e9), retries);
    }

    /**
     * One request.
     *
     * @param reply      empty when there is none
     * @param failure    why there is none; null when there is one
     * @param inVain     asking again would not help
     * @param retryAfter what the endpoint asks to wait
     */
    private record Attempt(Optional<EndpointReply> reply, EndpointFailure failure, boolean inVain,
                           Optional<Duration> retryAfter) {
        static Attempt answered(EndpointReply reply) {
            return new Attempt(Optional.of(reply), null, false, Optional.empty());
        }

        static Attempt failed(FailureKind kind, String why, boolean inVain) {
            return new Attempt(Optional.empty(), new EndpointFailure(kind, why), inVain, Optional.empty());
        }

        Attempt after(Optional<Duration> wait) {
            return new Attempt(reply, failure, inVain, wait);
        }

        /** The failure, where the wait before the next request does not fit the time left. */
        EndpointFailure giveUp(long wait, long left) {
            return retryAfter.isEmpty() || wait < left ? failure : new EndpointFailure(failure.kind(), failure.reason()
                    + "; it asks to wait " + retryAfter.get().toSeconds() + " s, and there are " + left / 1000
                    + " s left");
        }
    }

    /** An attempt that the breaker hears of, however it ends. */
    private Attempt told(String body, int largest, long end) throws InterruptedException {
        Attempt made = null;
        try {
            made = attempt(body, largest, Duration.ofNanos(end - System.nanoTime()));
            return made;
        } finally {
            if (made == null) {
                breaker.interrupted();
            } else if (made.reply.isPresent()) {
                breaker.answered();
            } else if (made.failure.kind() == FailureKind.STATUS) {
                breaker.complained();
            } else {
                breaker.failed(body, made.failure, made.failure.kind() == FailureKind.REFUSED
                        ? settings.downAfter() : 1);
            }
        }
    }

    private Attempt attempt(String body, int largest, Duration left) throws InterruptedException {
        Duration timeout = left.compareTo(settings.timeout()) < 0 ? left : settings.timeout();
        timeout = timeout.toMillis() < 1 ? Duration.ofMillis(1) : timeout;
        HttpRequest.Builder request = HttpRequest.newBuilder(settings.completions()).timeout(timeout)
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
        key.authorization().ifPresent(value -> request.header("Authorization", value));
        CompletableFuture<HttpResponse<byte[]>> sent = http.sendAsync(request.build(), info -> info.statusCode() == 200
                ? new LimitedBody(largest, false) : new LimitedBody(LARGEST_ERROR, true));
        try {
            return read(sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS)); // the builder's covers the headers only
        } catch (TimeoutException e) {
            return late(timeout);
        } catch (ExecutionException e) {
            return broken(e.getCause(), timeout);
        } finally {
            sent.cancel(true);
        }
    }

    private static Attempt late(Duration timeout) {
        return Attempt.failed(FailureKind.TIMEOUT, "no answer came within " + timeout.toMillis() / 1000.0 + " s",
                false);
    }

    private Attempt broken(Throwable cause, Duration timeout) {
        if (cause instanceof HttpTimeoutException) {
            return late(timeout);
        } else if (cause instanceof LimitedBody.TooLargeException) {
            return unreadable(cause.getMessage());
        }
        return Attempt.failed(FailureKind.UNREACHABLE, told(unreachable(cause)), false);
    }

    /** What keeps an endpoint from being reached; what Java says is shown where it says more than a class's name. */
    private static String unreachable(Throwable cause) {
        String said = cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")";
        if (cause instanceof ConnectException) {
            return cause.getCause() instanceof UnresolvedAddressException ? "the host of base_url has no known address"
                    : "nothing answers at the host and port of base_url" + said;
        }
        return "the connection broke" + said;
    }

    private Attempt read(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status == 200) {
            try {
                return Attempt.answered(ChatCompletion.read(response.body()));
            } catch (IOException e) {
                return unreadable(encoding(response) + e.getMessage());
            }
        }
        boolean passes = PASSING.contains(status) || status >= 500;
        return Attempt.failed(kind(status), "the endpoint answered with status " + status + quoted(response.body()),
                !passes).after(response.headers().firstValue("Retry-After").flatMap(RetryAfter::of));
    }

    private static FailureKind kind(int status) {
        return REFUSED.contains(status) ? FailureKind.REFUSED : status == 429 ? FailureKind.BUSY
                : status >= 500 ? FailureKind.SERVER_ERROR : status == 408 ? FailureKind.TIMEOUT : FailureKind.STATUS;
    }

    private Attempt unreadable(String why) {
        return Attempt.failed(FailureKind.UNREADABLE, "the endpoint's reply is no chat completion: " + told(why),
                false);
    }

    private static String encoding(HttpResponse<byte[]> response) {
        return response.headers().firstValue("Content-Encoding").filter(encoding -> !encoding.equals("identity"))
                .map(encoding -> "its Content-Encoding is " + encoding + ", which was not asked for; ").orElse("");
    }

    private String quoted(byte[] body) {
        String text = told(ChatCompletion.error(body));
        return text.isEmpty() ? "" : ": " + text;
    }

    /** What somebody else wrote, as a message may tell it. */
    private String told(String text) {
        return Excerpt.of(key.hiddenIn(text));
    }

    /**
     * The wait in milliseconds: twice as long each time, half of it by chance, so that those who failed together do not
     * come back together.
     */
    private static long backOff(int attempt) {
        long wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS << Math.min(attempt, 10));
        return wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1);
    }
}
