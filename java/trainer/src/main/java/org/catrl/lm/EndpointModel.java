package org.catrl.lm;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.catrl.data.KeyedRandom;
import org.catrl.data.Prompt;
import org.catrl.flow.Rollout;
import org.catrl.generate.Completion;
import org.catrl.generate.Finish;
import org.catrl.generate.SamplingSettings;

/**
 * A model behind an OpenAI-compatible endpoint. What it does not answer in time, or not in the agreed form, comes back as
 * a rollout that {@link Rollout#failed() failed}; nothing is thrown for it. An answer is asked for once: the same request
 * is answered from the cache. The tokens of its completions are -1, as many as the endpoint counted.
 */
public final class EndpointModel implements LanguageModel, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double BYTES_PER_TOKEN = 3;

    private final EndpointSettings settings;
    private final EndpointClient client;
    private final ResponseCache cache;
    private final ExecutorService workers;

    /**
     * @param key   sent as a bearer token; null = none. It is never logged
     * @param cache answers given before; closed with the model
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
    public List<Rollout> complete(List<Prompt> prompts, SamplingSettings sampling, int step) {
        Map<String, Future<EndpointReply>> replies = new LinkedHashMap<>();
        List<String> bodies = prompts.stream().map(prompt -> body(prompt, sampling, step)).toList();
        bodies.forEach(body -> replies.computeIfAbsent(body, one -> workers.submit(() -> reply(one))));
        List<Rollout> rollouts = new ArrayList<>();
        try {
            for (String body : bodies) {
                rollouts.add(rollout(replies.get(body).get()));
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("the endpoint's client failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            replies.values().forEach(reply -> reply.cancel(true));
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + settings.baseUrl(), e);
        }
        return rollouts;
    }

    private EndpointReply reply(String body) {
        EndpointReply known = cache.get(body);
        if (known != null) {
            return known;
        }
        EndpointReply reply = client.ask(body);
        if (reply.finish() != Finish.FAILED) {
            cache.put(body, reply);
        }
        return reply;
    }

    private static Rollout rollout(EndpointReply reply) {
        int[] tokens = new int[reply.tokens()];
        Arrays.fill(tokens, -1);
        return new Rollout(reply.text(), new Completion(tokens, new float[0], reply.finish()));
    }

    /** A seed of its own for each draw; greedy requests that are equal are one request. */
    private String body(Prompt prompt, SamplingSettings sampling, int step) {
        ObjectNode body = JSON.createObjectNode().put("model", settings.model());
        body.putArray("messages").addObject().put("role", "user").put("content", prompt.text());
        body.put("max_tokens", sampling.maxCompletionLength()).put("temperature", sampling.temperature());
        if (sampling.temperature() > 0) {
            body.put("seed", KeyedRandom.hash(step, prompt.id()) >>> 33);
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
    public Map<String, Double> metrics() {
        return client.metrics();
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
