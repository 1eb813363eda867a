package org.catrl.lm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.catrl.flow.Usage;
import org.catrl.generate.Finish;

/** A client asks an endpoint until it answers, its patience is at an end, or it says that asking again is of no use. */
final class EndpointClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long FIRST_WAIT_MS = 500;
    private static final long LONGEST_WAIT_MS = 30_000;
    private static final int LARGEST_REPLY = 8 << 20;
    private static final int MOST_TOKENS = LARGEST_REPLY;

    private final EndpointSettings settings;
    private final String key;
    /** A client that follows no redirect: another host is not to see the key. */
    private final HttpClient http;

    EndpointClient(EndpointSettings settings, String key) {
        this.settings = settings;
        this.key = key;
        this.http = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.timeout()).build();
    }

    /**
     * How asking ended.
     *
     * @param reply   empty when there is none
     * @param failure why there is none, of the last request; empty text when there is one
     * @param usage   one call, its seconds and its retries
     */
    record Outcome(Optional<EndpointReply> reply, String failure, Usage usage) { }

    /** The outcome of asking until there is an answer, or asking again is of no use or not allowed. */
    Outcome ask(String body) {
        long start = System.nanoTime();
        long end = start + settings.deadline().toNanos();
        for (int retries = 0; ; retries++) {
            Attempt made = attempt(body, Duration.ofNanos(end - System.nanoTime()));
            if (made.reply.isPresent() || made.inVain || !waited(made, retries, end)) {
                return new Outcome(made.reply, made.failure,
                        new Usage(1, List.of((System.nanoTime() - start) / 1e9), retries));
            }
        }
    }

    /** Whether there may be another request, after a wait that is over now. */
    private boolean waited(Attempt made, int retries, long end) {
        long wait = made.retryAfter.map(Duration::toMillis).orElse(backOff(retries));
        return retries < settings.retries() && System.nanoTime() + wait * 1_000_000 < end && sleep(wait);
    }

    /**
     * One request.
     *
     * @param reply      empty when there is none
     * @param failure    why there is none
     * @param inVain     asking again would not help
     * @param retryAfter what the endpoint asks to wait
     */
    private record Attempt(Optional<EndpointReply> reply, String failure, boolean inVain,
                           Optional<Duration> retryAfter) {
        static Attempt answered(EndpointReply reply) {
            return new Attempt(Optional.of(reply), "", false, Optional.empty());
        }

        static Attempt failed(String why) {
            return new Attempt(Optional.empty(), why, false, Optional.empty());
        }

        static Attempt inVain(String why) {
            return new Attempt(Optional.empty(), why, true, Optional.empty());
        }
    }

    private Attempt attempt(String body, Duration left) {
        Duration timeout = left.compareTo(settings.timeout()) < 0 ? left : settings.timeout();
        if (timeout.toMillis() < 1) {
            return Attempt.inVain("there was no time left");
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(settings.completions()).timeout(timeout)
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        CompletableFuture<HttpResponse<byte[]>> sent = http.sendAsync(request.build(),
                info -> new LimitedBody(LARGEST_REPLY));
        try {
            return read(sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS)); // the builder's covers the headers only
        } catch (TimeoutException | ExecutionException e) {
            sent.cancel(true);
            return Attempt.failed("no answer came in time, or the connection broke: " + e);
        } catch (InterruptedException e) {
            sent.cancel(true);
            Thread.currentThread().interrupt();
            return Attempt.inVain("the request was interrupted");
        }
    }

    private static Attempt read(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        String failure = "the endpoint answered with status " + status;
        if (status == 429 || status >= 500) {
            return new Attempt(Optional.empty(), failure, false, response.headers().firstValue("Retry-After")
                    .flatMap(EndpointClient::duration));
        }
        if (status != 200) {
            return Attempt.inVain(failure);
        }
        return parse(response.body()).map(Attempt::answered)
                .orElseGet(() -> Attempt.failed("the endpoint's reply is no chat completion"));
    }

    private static Optional<EndpointReply> parse(byte[] body) {
        try {
            JsonNode root = JSON.readTree(body);
            JsonNode choice = root == null ? JSON.missingNode() : root.path("choices").path(0);
            JsonNode text = choice.path("message").path("content");
            if (!text.isTextual()) {
                return Optional.empty();
            }
            boolean cut = choice.path("finish_reason").asText().equals("length");
            return Optional.of(new EndpointReply(text.asText(), cut ? Finish.LENGTH : Finish.STOP_TOKEN,
                    count(root.path("usage").path("completion_tokens"))));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A count of tokens; empty where there is none, or one that cannot be. */
    private static OptionalInt count(JsonNode tokens) {
        return tokens.canConvertToInt() && tokens.intValue() >= 0 && tokens.intValue() <= MOST_TOKENS
                ? OptionalInt.of(tokens.intValue()) : OptionalInt.empty();
    }

    /** What Retry-After says, in seconds or as a date. */
    private static Optional<Duration> duration(String retryAfter) {
        try {
            return Optional.of(Duration.ofSeconds(Long.parseLong(retryAfter.strip())));
        } catch (NumberFormatException notSeconds) {
            try {
                Duration until = Duration.between(ZonedDateTime.now(), ZonedDateTime.parse(retryAfter.strip(),
                        DateTimeFormatter.RFC_1123_DATE_TIME));
                return Optional.of(until.isNegative() ? Duration.ZERO : until);
            } catch (DateTimeParseException neither) {
                return Optional.empty();
            }
        }
    }

    /**
     * The wait in milliseconds: twice as long each time, half of it by chance, so that those who failed together do not
     * come back together.
     */
    private static long backOff(int attempt) {
        long wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS << Math.min(attempt, 10));
        return wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1);
    }

    private static boolean sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
