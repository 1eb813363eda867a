package org.catrl.lm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An endpoint of this machine that behaves as a test wants, and remembers what it was asked. */
public final class FakeEndpoint implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What happens to a request. */
    @FunctionalInterface
    public interface Behaviour {
        /** Answers one request, or does not. */
        void handle(HttpExchange exchange, String prompt) throws IOException;
    }

    private final ConcurrentLinkedQueue<JsonNode> asked = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile Behaviour behaviour;

    /** An endpoint at a port of its own. */
    public FakeEndpoint(Behaviour behaviour) {
        this.behaviour = behaviour;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/v1/chat/completions", exchange -> {
            try (exchange) {
                JsonNode body = JSON.readTree(exchange.getRequestBody());
                asked.add(body);
                this.behaviour.handle(exchange, body.at("/messages/0/content").asText());
            }
        });
        server.start();
    }

    /** Behaves otherwise from now on. */
    public void behave(Behaviour other) {
        behaviour = other;
    }

    /** The address, without what requests append. */
    public String url() {
        return "http://localhost:" + server.getAddress().getPort() + "/v1";
    }

    /** The requests so far. */
    public List<JsonNode> asked() {
        return List.copyOf(asked);
    }

    /** A chat completion of this text. */
    public static String reply(String text) {
        var root = JSON.createObjectNode();
        root.putArray("choices").addObject().put("finish_reason", "stop").putObject("message").put("content", text);
        return root.toString();
    }

    /** How often a prompt was asked so far. */
    public long askedOf(String prompt) {
        return asked.stream().filter(body -> body.at("/messages/0/content").asText().equals(prompt)).count();
    }

    /** Sends a whole answer. */
    public static void answer(HttpExchange exchange, int status, String body) throws IOException {
        answer(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a whole answer. */
    public static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    /** Says nothing until nobody waits any more. */
    public static void hang(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
