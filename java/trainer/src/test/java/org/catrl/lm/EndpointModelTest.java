package org.catrl.lm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.catrl.data.Prompt;
import org.catrl.flow.Rollout;
import org.catrl.flow.Usage;
import org.catrl.generate.SamplingSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An endpoint that misbehaves in every way that a server can. */
@Timeout(60)
class EndpointModelTest {
    private static final SamplingSettings GREEDY = SamplingSettings.of(0, 50, List.of());
    private final ConcurrentLinkedQueue<JsonNode> asked = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> keys = new ConcurrentLinkedQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger mostUnderWay = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private Behaviour behaviour = (exchange, prompt, before) -> answer(exchange, 200, reply("echo " + prompt));

    @TempDir
    Path folder;

    private interface Behaviour {
        /** @param before requests of this prompt that came before */
        void handle(HttpExchange exchange, String prompt, long before) throws IOException;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/chat/completions", exchange -> {
            mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            try (exchange) {
                JsonNode body = new ObjectMapper().readTree(exchange.getRequestBody());
                String prompt = body.at("/messages/0/content").asText();
                long before = asked.stream()
                        .filter(request -> request.at("/messages/0/content").asText().equals(prompt)).count();
                asked.add(body);
                keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
                behaviour.handle(exchange, prompt, before);
            } finally {
                underWay.decrementAndGet();
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private EndpointSettings settings(int concurrency, long timeoutMs, long deadlineMs, int retries) {
        return new EndpointSettings(URI.create("http://localhost:" + server.getAddress().getPort() + "/v1/"), "judge-1",
                concurrency, Duration.ofMillis(timeoutMs), Duration.ofMillis(deadlineMs), retries, 1000);
    }

    private static String reply(String text) {
        return new ObjectMapper().createObjectNode().set("choices", new ObjectMapper().createArrayNode().add(
                new ObjectMapper().createObjectNode().put("finish_reason", "stop").set("message",
                        new ObjectMapper().createObjectNode().put("content", text)))).toString();
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private List<Reply> complete(EndpointSettings settings, SamplingSettings sampling, String... prompts) {
        try (EndpointModel model = new EndpointModel(settings, ApiKey.of("a test", "secret"),
                ResponseCache.inMemory())) {
            return Asked.replies(model, IntStream.range(0, prompts.length).mapToObj(i -> new Prompt(i, prompts[i]))
                    .toList(), sampling, 0);
        }
    }

    private static List<String> texts(List<Reply> replies) {
        return replies.stream().map(reply -> reply.rollout().map(Rollout::text).orElse("failed")).toList();
    }

    @Test
    void answersComeInTheOrderAsked() {
        String[] prompts = IntStream.range(0, 40).mapToObj(i -> "p" + i).toArray(String[]::new);
        behaviour = (exchange, prompt, before) -> {
            pause(prompt.hashCode() % 7 * 5);
            answer(exchange, 200, reply("echo " + prompt));
        };
        List<Reply> replies = complete(settings(4, 5000, 9000, 0), GREEDY, prompts);
        assertEquals(IntStream.range(0, 40).mapToObj(i -> "echo p" + i).toList(), texts(replies));
        assertTrue(mostUnderWay.get() <= 4 && mostUnderWay.get() > 1, mostUnderWay + " at once");
        assertEquals("judge-1", asked.peek().get("model").asText());
        assertEquals(List.of("Bearer secret"), keys.stream().distinct().toList());
    }

    @Test
    void busyAndBrokenServersAreAskedAgain() {
        behaviour = (exchange, prompt, before) -> {
            if (before < 2) {
                exchange.getResponseHeaders().add("Retry-After", "0");
                answer(exchange, before == 0 ? 429 : 503, "busy");
            } else {
                answer(exchange, 200, reply("at last"));
            }
        };
        List<Reply> replies = complete(settings(1, 5000, 9000, 3), GREEDY, "p", "p");
        assertEquals(List.of("at last", "at last"), texts(replies));
        assertEquals(3, asked.size());
        assertEquals(2, replies.get(0).usage().retries());
        assertEquals(1, replies.get(0).usage().seconds().size(), "one question over the network, whatever its retries");
        assertEquals(Usage.ONE_CALL, replies.get(1).usage(), "the same request once more");
    }

    @Test
    void retryAfterIsHonouredAndBoundedByTheDeadline() {
        behaviour = (exchange, prompt, before) -> {
            exchange.getResponseHeaders().add("Retry-After", prompt.equals("soon") ? "1" : "3600");
            answer(exchange, before == 0 ? 429 : 200, reply("ok"));
        };
        long start = System.nanoTime();
        assertEquals(List.of("ok", "failed"), texts(complete(settings(2, 5000, 9000, 3), GREEDY, "soon", "late")));
        double seconds = (System.nanoTime() - start) / 1e9;
        assertTrue(seconds >= 1 && seconds < 5, seconds + " s");
    }

    @Test
    void whateverIsNoAnswerFailsWithinTheDeadline() {
        behaviour = (exchange, prompt, before) -> {
            switch (prompt) {
                case "truncated" -> answer(exchange, 200, "{\"choices\": [{\"message\": {\"content\": \"ye");
                case "nonsense" -> answer(exchange, 200, "<html>sorry</html>");
                case "nothing" -> answer(exchange, 200, "");
                case "null" -> answer(exchange, 200, "null");
                case "empty list" -> answer(exchange, 200, "{\"choices\": []}");
                case "500" -> answer(exchange, 500, "no");
                case "unauthorized" -> answer(exchange, 401, "no");
                case "redirect" -> {
                    exchange.getResponseHeaders().add("Location", "http://localhost:1/steal");
                    answer(exchange, 302, "");
                }
                case "hangs up" -> exchange.close();
                case "slow" -> pause(3000);
                case "drips" -> {
                    exchange.sendResponseHeaders(200, 0);
                    for (int i = 0; i < 30; i++) {
                        exchange.getResponseBody().write(' ');
                        exchange.getResponseBody().flush();
                        pause(100);
                    }
                }
                case "floods" -> {
                    exchange.sendResponseHeaders(200, 0);
                    for (int i = 0; i < 20; i++) {
                        exchange.getResponseBody().write(new byte[1 << 20]);
                    }
                }
                default -> answer(exchange, 200, reply("good"));
            }
        };
        String[] prompts = {"truncated", "nonsense", "nothing", "null", "empty list", "500", "unauthorized", "redirect",
            "hangs up", "slow", "drips", "floods", "good"};
        long start = System.nanoTime();
        List<String> texts = texts(complete(settings(prompts.length, 700, 2500, 1), GREEDY, prompts));
        assertEquals("good", texts.get(prompts.length - 1));
        assertTrue(texts.subList(0, prompts.length - 1).stream().allMatch("failed"::equals), texts.toString());
        assertTrue(System.nanoTime() - start < 5e9, "took " + (System.nanoTime() - start) / 1e9 + " s");
        assertEquals(1, asked.stream().filter(request -> request.toString().contains("unauthorized")).count(),
                "asked once");
        assertEquals(2, asked.stream().filter(request -> request.toString().contains("nonsense")).count(),
                "asked again");
    }

    @Test
    void aMegabyteOfTextIsCutToWhatItsTokensCanHold() {
        behaviour = (exchange, prompt, before) -> answer(exchange, 200, reply("x".repeat(1 << 20)));
        Rollout cut = complete(settings(1, 5000, 9000, 0), GREEDY, "p").get(0).rollout().orElseThrow();
        assertEquals(50 * 64, cut.text().length());
        assertTrue(cut.truncated());
    }

    @Test
    void equalGreedyQuestionsAreOneAndDrawsAreNot() {
        complete(settings(2, 5000, 9000, 0), GREEDY, "p", "p", "p");
        assertEquals(1, asked.size());
        complete(settings(2, 5000, 9000, 0), SamplingSettings.of(1, 50, List.of()), "q", "q", "q");
        assertEquals(4, asked.size());
        assertEquals(3, asked.stream().skip(1).map(body -> body.get("seed").asLong()).distinct().count());
    }

    @Test
    void aResumedRunAsksNothingTwice() throws IOException {
        Path file = folder.resolve("responses.jsonl");
        for (int run = 0; run < 2; run++) {
            try (EndpointModel model = new EndpointModel(settings(1, 5000, 9000, 0), ApiKey.NONE,
                    ResponseCache.of(file))) {
                assertEquals(List.of("echo p"),
                        texts(Asked.replies(model, List.of(new Prompt(run, "p")), GREEDY, run)));
            }
        }
        assertEquals(1, asked.size());
        assertEquals("null", keys.peek(), "no key, no header");
        Files.writeString(file, Files.readString(file) + "{\"key\": \"cut o");
        try (EndpointModel model = new EndpointModel(settings(1, 5000, 9000, 0), ApiKey.NONE, ResponseCache.of(file))) {
            Asked.replies(model, List.of(new Prompt(3, "p"), new Prompt(4, "new")), GREEDY, 3);
        }
        assertEquals(2, asked.size());
        assertFalse(Files.readString(file).contains("secret"));
    }

    /** What the endpoint counts is counted, across a resumed run too; what it does not count is guessed by the text. */
    @Test
    void repliesThatAreNotCountedSaySo() throws IOException {
        behaviour = (exchange, prompt, before) -> answer(exchange, 200, reply("abc").replaceFirst("\\{",
                prompt.equals("silent") ? "{" : "{\"usage\": {\"completion_tokens\": "
                        + (prompt.equals("nonsense") ? "-7" : "5") + "}, "));
        Path file = folder.resolve("responses.jsonl");
        List<Prompt> prompts = List.of(new Prompt(0, "counted"), new Prompt(1, "silent"), new Prompt(2, "nonsense"));
        for (int run = 0; run < 2; run++) {
            try (EndpointModel model = new EndpointModel(settings(1, 5000, 9000, 0), ApiKey.NONE,
                    ResponseCache.of(file))) {
                assertEquals(List.of(OptionalInt.of(5), OptionalInt.empty(), OptionalInt.empty()),
                        Asked.replies(model, prompts, GREEDY, 0).stream()
                                .map(reply -> ((Reply.Answered) reply).tokens()).toList());
                MeteredModel metered = new MeteredModel(model);
                Asked.replies(metered, prompts, GREEDY, 0);
                assertEquals(5 + 2 * model.tokens("abc"), metered.used().written());
            }
        }
        assertEquals(3, asked.size());
    }

    /** The first answer cannot be written down: nobody will read those that wait behind it. */
    @Test
    void whenOneFailsTheOthersAreNotAsked() throws IOException {
        behaviour = (exchange, prompt, before) -> {
            pause(prompt.equals("p0") ? 0 : 150);
            answer(exchange, 200, reply("echo " + prompt));
        };
        ResponseCache closed = ResponseCache.of(folder.resolve("responses.jsonl"));
        closed.close();
        try (EndpointModel model = new EndpointModel(settings(1, 5000, 9000, 0), ApiKey.NONE, closed)) {
            List<Prompt> prompts = IntStream.range(0, 6).mapToObj(i -> new Prompt(i, "p" + i)).toList();
            assertThrows(IllegalStateException.class, () -> Asked.replies(model, prompts, GREEDY, 0));
            pause(600);
            assertTrue(asked.size() <= 2, asked.size() + " were asked");
        }
    }

    @Test
    void badSettingsAreNamed() {
        for (String url : List.of("ftp://host/v1", "host/v1", "file:///etc/passwd")) {
            assertTrue(assertThrows(IllegalArgumentException.class, () -> new EndpointSettings(URI.create(url), "m", 1,
                    Duration.ofSeconds(1), Duration.ofSeconds(1), 0, 10)).getMessage()
                    .startsWith("base_url is " + url));
        }
    }

    private static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
