package org.catrl.lm;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.catrl.flow.Rollout;
import org.catrl.flow.Usage;
import org.catrl.generate.SamplingSettings;

/**
 * A model behind an OpenAI-compatible endpoint. What it does not answer in time, or not in the agreed form, comes back
 * as a {@link Reply.Unanswered reply without an answer}; nothing is thrown for it. An answer is asked for once: the
 * same request is answered from the cache.
 *
 * <pre>{@code
 * EndpointSettings settings = new EndpointSettings(URI.create("https://host/v1"), "judge", 8, Duration.ofSeconds(60),
 *         Duration.ofSeconds(300), 5, 131_072);
 * try (EndpointModel judge = new EndpointModel(settings, key, ResponseCache.inMemory())) {
 *     Reply reply = judge.ask(query).get();
 * }
 * }</pre>
 */
public final class EndpointModel implements LanguageModel, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double BYTES_PER_TOKEN = 3;

    private final EndpointSettings settings;
    private final EndpointClient client;
    private final ResponseCache cache;
    private final ExecutorService workers;
    private final Batcher<Query, Reply> queries = new Batcher<>(this::answers);

    /**
     * A model that has not been asked yet.
     *
     * @param settings where it is and how patiently it is asked
     * @param key      sent as a bearer token; null = none. It is never logged
     * @param cache    answers given before; closed with the model
     */
    public EndpointModel(EndpointSettings settings, String key, ResponseCache cache) {
        this.settings = settings;
        this.client = new EndpointClient(settings, key);
        this.cache = cache;
        this.workers = Executors.newFixedThreadPool(settings.concurrency(), task -> {
            Thread thread = new Thread(task, "catrl endpoint");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public Pending<Reply> ask(Query query) {
        return tokens(query.text()) + query.sampling().maxCompletionLength() <= maxPositions() ? queries.submit(query)
                : Pending.of(new Reply.Unanswered("it does not fit the context of " + maxPositions() + " tokens",
                        Usage.ONE_CALL));
    }

    /** The replies, in order; equal requests are one, and what it took is told with the first. */
    private List<Reply> answers(List<Query> batch) {
        List<String> bodies = batch.stream().map(this::body).toList();
        Map<String, Future<Reply>> replies = new LinkedHashMap<>();
        bodies.forEach(body -> replies.computeIfAbsent(body, asked -> workers.submit(() -> reply(asked))));
        Set<String> told = new HashSet<>();
        try {
            List<Reply> all = new ArrayList<>();
            for (String body : bodies) {
                Reply reply = replies.get(body).get();
                all.add(told.add(body) ? reply : reply.withUsage(Usage.ONE_CALL));
            }
            return all;
        } catch (ExecutionException e) {
            replies.values().forEach(reply -> reply.cancel(true));
            throw new IllegalStateException("the endpoint's client failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            replies.values().forEach(reply -> reply.cancel(true));
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + settings.baseUrl(), e);
        }
    }

    private Reply reply(String body) {
        Optional<EndpointReply> known = cache.get(body);
        if (known.isPresent()) {
            return answered(known.get(), Usage.ONE_CALL);
        }
        EndpointClient.Outcome outcome = client.ask(body);
        outcome.reply().ifPresent(reply -> cache.put(body, reply));
        return outcome.reply().map(reply -> answered(reply, outcome.usage()))
                .orElseGet(() -> new Reply.Unanswered(outcome.failure(), outcome.usage()));
    }

    private static Reply answered(EndpointReply reply, Usage usage) {
        return new Reply.Answered(Rollout.ofText(reply.text(), reply.finish()), reply.tokens(), usage);
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
