package org.catrl.lm;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.catrl.flow.Rollout;
import org.catrl.flow.Usage;
import org.catrl.generate.SamplingSettings;

/**
 * A model behind an OpenAI-compatible endpoint. What it does not answer in time, or not in the agreed form, comes back
 * as a {@link Reply.Unanswered reply without an answer}; nothing is thrown for it. An answer is asked for once: the
 * same request is answered from the cache. A completion of n tokens has no more than 64 n characters: a longer one is
 * cut there, and counts as cut. An endpoint that fails again and again counts as down, and is not asked any more in the
 * step; in the next one a single request finds out whether it is back.
 *
 * <pre>{@code
 * EndpointSettings settings = new EndpointSettings(URI.create("https://host/v1"), "judge", 8, Duration.ofSeconds(60),
 *         Duration.ofSeconds(300), 5, 131_072);
 * ApiKey key = ApiKey.of("the environment variable JUDGE_KEY", System.getenv("JUDGE_KEY"));
 * try (EndpointModel judge = new EndpointModel(settings, key, ResponseCache.inMemory())) {
 *     Reply reply = judge.ask(query).get();
 * }
 * }</pre>
 */
public final class EndpointModel implements LanguageModel, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double BYTES_PER_TOKEN = 3;
    private static final long LOOK_MS = 50;

    private final EndpointSettings settings;
    private final ApiKey key;
    private final ResponseCache cache;
    private final BooleanSupplier cancelled;
    private final CircuitBreaker breaker;
    private final StepTime time;
    private final EndpointClient client;
    private final ExecutorService workers;
    private final Batcher<Query, Reply> queries = new Batcher<>(this::answers);

    /**
     * A model that has not been asked yet.
     *
     * @param settings where it is and how patiently it is asked
     * @param key      sent as a bearer token, and told to nobody else
     * @param cache    answers given before; closed with the model
     */
    public EndpointModel(EndpointSettings settings, ApiKey key, ResponseCache cache) {
        this(settings, key, cache, () -> false);
    }

    /**
     * A model whose questions can be given up.
     *
     * @param settings  where it is and how patiently it is asked
     * @param key       sent as a bearer token, and told to nobody else
     * @param cache     answers given before; closed with the model
     * @param cancelled whether nobody wants answers any more: who waits for one gets a {@link CancellationException}
     */
    public EndpointModel(EndpointSettings settings, ApiKey key, ResponseCache cache, BooleanSupplier cancelled) {
        this.settings = settings;
        this.key = key;
        this.cache = cache;
        this.cancelled = cancelled;
        this.breaker = new CircuitBreaker(settings.threshold());
        this.time = new StepTime(settings.stepDeadline().toNanos());
        this.client = new EndpointClient(settings, key, breaker);
        this.workers = Executors.newFixedThreadPool(settings.concurrency(), task -> {
            Thread thread = new Thread(task, "catrl endpoint");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public Pending<Reply> ask(Query query) {
        long needed = (long) tokens(query.text()) + query.sampling().maxCompletionLength();
        return needed <= maxPositions() ? queries.submit(query) : Pending.of(new Reply.Unanswered(
                "it does not fit the context of " + maxPositions() + " tokens", Usage.ONE_CALL));
    }

    /**
     * What is asked of the endpoint.
     *
     * @param body      the request
     * @param attempt   of a question that is asked again
     * @param maxTokens most tokens of the reply
     */
    private record Asked(String body, int attempt, int maxTokens) {
        /** The text that the answer is kept under: that of a first attempt is the request alone. */
        String cached(URI address) {
            return address + "\n" + body + (attempt == 0 ? "" : "\nattempt " + attempt);
        }
    }

    /** The replies, in order; equal requests are one, and what it took is told with the first. */
    private List<Reply> answers(List<Query> batch) {
        if (time.begins(batch.stream().map(Query::key).toList())) {
            breaker.begin();
        }
        long start = System.nanoTime();
        long end = start + time.left();
        List<Asked> asked = batch.stream().map(query -> new Asked(body(query), query.attempt(),
                query.sampling().maxCompletionLength())).toList();
        Map<Asked, Future<Reply>> replies = new LinkedHashMap<>();
        asked.forEach(one -> replies.computeIfAbsent(one, question -> workers.submit(() -> reply(question, end))));
        try {
            Set<Asked> told = new HashSet<>();
            List<Reply> all = new ArrayList<>();
            for (Asked one : asked) {
                Reply reply = reply(replies.get(one));
                all.add(told.add(one) ? reply : reply.withUsage(Usage.ONE_CALL));
            }
            return all;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the endpoint's client failed: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + settings.baseUrl(), e);
        } finally {
            replies.values().forEach(reply -> reply.cancel(true));
            time.waited(System.nanoTime() - start);
        }
    }

    /** A reply once it is there. */
    private Reply reply(Future<Reply> pending) throws ExecutionException, InterruptedException {
        while (!cancelled.getAsBoolean()) {
            try {
                return pending.get(LOOK_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                continue; // not yet
            }
        }
        throw new CancellationException("nobody waits for " + settings.baseUrl() + " any more");
    }

    private Reply reply(Asked asked, long stepEnd) throws InterruptedException {
        String name = asked.cached(settings.completions());
        Optional<EndpointReply> known = cache.get(name);
        if (known.isPresent()) {
            return answered(known.get().within(asked.maxTokens), Usage.ONE_CALL);
        }
        EndpointClient.Outcome outcome = client.ask(asked.body, asked.maxTokens, stepEnd);
        if (outcome.reply().isEmpty()) {
            return new Reply.Unanswered(outcome.failure().kind(), outcome.failure().reason(), outcome.usage());
        }
        // without the key first: half of one, at the end of what is kept, would not be found
        EndpointReply reply = outcome.reply().get().without(key).within(asked.maxTokens);
        cache.put(name, reply);
        return answered(reply, outcome.usage());
    }

    private static Reply answered(EndpointReply reply, Usage usage) {
        return new Reply.Answered(Rollout.ofText(reply.text(), reply.finish()), OptionalInt.empty(), reply.tokens(),
                usage);
    }

    /** The request, with a seed of its own for each draw; greedy requests that are equal are one request. */
    private String body(Query query) {
        SamplingSettings sampling = query.sampling();
        ObjectNode body = JSON.createObjectNode().put("model", settings.model());
        body.putArray("messages").addObject().put("role", "user").put("content", query.text());
        body.put("max_tokens", sampling.maxCompletionLength()).put("temperature", sampling.temperature());
        if (sampling.temperature() > 0) {
            body.put("seed", query.key().hash() >>> 33);
        }
        if (sampling.topP() < 1) {
            body.put("top_p", sampling.topP());
        }
        if (!sampling.stopStrings().isEmpty()) {
            sampling.stopStrings().forEach(body.putArray("stop")::add);
        }
        return body.toString();
    }

    /** A guess on the safe side: the endpoint's tokenizer is not here. */
    @Override
    public int tokens(String text) {
        return (int) Math.ceil(text.getBytes(StandardCharsets.UTF_8).length / BYTES_PER_TOKEN) + 1;
    }

    @Override
    public int maxPositions() {
        return settings.context();
    }

    @Override
    public void close() {
        workers.shutdownNow();
        try {
            cache.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
