package org.catrl.lm;

import static org.catrl.lm.FakeEndpoint.answer;
import static org.catrl.lm.FakeEndpoint.reply;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.catrl.data.Prompt;
import org.catrl.flow.FailureKind;
import org.catrl.flow.Rollout;
import org.catrl.generate.DrawKey;
import org.catrl.generate.Finish;
import org.catrl.generate.SamplingSettings;
import org.catrl.setting.SettingException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever an endpoint says, a question costs bounded time and memory, and the key is told to nobody. */
@Tag("hostile")
@Timeout(60)
class HostileEndpointTest {
    private static final SamplingSettings GREEDY = SamplingSettings.of(0, 50, List.of());
    private static final String SECRET = "sk-verysecret-0123456789";

    private final FakeEndpoint endpoint = new FakeEndpoint((exchange, prompt) ->
            answer(exchange, 200, reply("echo " + prompt)));

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        endpoint.close();
    }

    private static EndpointSettings settings(String url, int concurrency, int retries) {
        return new EndpointSettings(URI.create(url), "m", concurrency, Duration.ofSeconds(2), Duration.ofSeconds(6),
                retries, 1000, Duration.ofSeconds(30), 5);
    }

    private EndpointModel model(EndpointSettings settings) {
        return new EndpointModel(settings, ApiKey.of("a test", SECRET), ResponseCache.inMemory());
    }

    private static List<Prompt> prompts(int count) {
        return IntStream.range(0, count).mapToObj(i -> new Prompt(i, "p" + i)).toList();
    }

    /** What comes of one question, in any case within ten seconds. */
    private Reply asked(String url, int retries) {
        return assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            try (EndpointModel model = model(settings(url, 1, retries))) {
                return Asked.replies(model, prompts(1), GREEDY, 0).get(0);
            }
        });
    }

    private Reply asked(int retries) {
        return asked(endpoint.url(), retries);
    }

    private static Reply.Unanswered unanswered(Reply reply) {
        return assertInstanceOf(Reply.Unanswered.class, reply);
    }

    private static List<FailureKind> kinds(List<Reply> replies) {
        return replies.stream().map(reply -> unanswered(reply).kind()).distinct().sorted().toList();
    }

    // how long it asks to wait

    /** A wait that does not fit the time left ends the question at once, whatever number says so. */
    @ParameterizedTest
    @ValueSource(strings = {"18446744074", "9223372036854775807", "9223372036854775808", "3600", "7",
        "Fri, 31 Dec 9999 23:59:59 GMT", "99999999999999999999999999999999999999"})
    void aWaitThatDoesNotFitEndsAtOnce(String wait) {
        for (int status : new int[] {429, 503}) {
            endpoint.behave((exchange, prompt) -> {
                exchange.getResponseHeaders().add("Retry-After", wait);
                answer(exchange, status, "busy");
            });
            long start = System.nanoTime();
            Reply.Unanswered none = unanswered(asked(5));
            assertTrue(System.nanoTime() - start < 4e9, "it waited");
            assertTrue(none.reason().startsWith("the endpoint answered with status " + status + ": busy; it asks to "
                    + "wait "), none.reason());
            assertEquals(0, none.usage().retries());
        }
        assertEquals(2, endpoint.asked().size());
    }

    @Test
    void aWaitThatIsNoneIsOurs() {
        List<String> waits = List.of("-1", "", " ", "soon", "1e9", "0x10", "1.5", "Thu, 01 Jan 1970 00:00:00 GMT", "0",
                "-9223372036854775808", "Fri, 31 Dec 9999", "+3600");
        endpoint.behave((exchange, prompt) -> {
            exchange.getResponseHeaders().add("Retry-After", waits.get(Integer.parseInt(prompt.substring(1))));
            answer(exchange, endpoint.askedOf(prompt) == 1 ? 429 : 200, reply("at last"));
        });
        try (EndpointModel model = model(settings(endpoint.url(), waits.size(), 1))) {
            assertEquals(List.of("at last"), Asked.answers(model, prompts(waits.size()), GREEDY, 0).stream()
                    .map(Rollout::text).distinct().toList());
        }
    }

    @Test
    void aDateIsAWait() {
        String header = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(100));
        long seconds = RetryAfter.of(header).orElseThrow().toSeconds();
        assertTrue(seconds > 90 && seconds <= 100, seconds + " s");
        assertEquals(RetryAfter.LONGEST, RetryAfter.of("Fri, 31 Dec 9999 23:59:59 GMT").orElseThrow());
    }

    // what it says

    private static String body(String content, String finish, String tokens) {
        return "{\"choices\": [{\"finish_reason\": \"" + finish + "\", \"message\": {\"content\": " + content
                + "}}], \"usage\": {\"completion_tokens\": " + tokens + "}}";
    }

    private static String choice(String message) {
        return "{\"choices\": [{\"finish_reason\": \"length\", \"message\": " + message + "}]}";
    }

    @ParameterizedTest
    @CsvSource({"2147483647, -1", "-7, -1", "3.5, -1", "'\"5\"', -1", "1e3, -1", "99999999999999999999, -1", "null, -1",
        "[5], -1", "52, -1", "51, 51", "50, 50", "0, 0"})
    void aCountThatCannotBeIsNone(String tokens, int counted) {
        endpoint.behave((exchange, prompt) -> answer(exchange, 200, body("\"yes\"", "stop", tokens)));
        Reply.Answered answered = assertInstanceOf(Reply.Answered.class, asked(0));
        assertEquals(counted < 0 ? OptionalInt.empty() : OptionalInt.of(counted), answered.tokens());
    }

    /** A mebibyte for fifty tokens: none of it stays but what the tokens can hold, in the cache's file too. */
    @Test
    void aTextLongerThanItsTokensIsCut() throws IOException {
        Path file = folder.resolve("responses.jsonl");
        endpoint.behave((exchange, prompt) -> answer(exchange, 200, reply("\uD83D\uDE00".repeat(1 << 18))));
        for (int run = 0; run < 2; run++) {
            try (EndpointModel model = new EndpointModel(settings(endpoint.url(), 1, 0), ApiKey.NONE,
                    ResponseCache.of(file))) {
                Rollout rollout = Asked.replies(model, prompts(1), GREEDY, 0).get(0).rollout().orElseThrow();
                assertTrue(rollout.truncated());
                assertEquals("\uD83D\uDE00".repeat(25 * EndpointReply.CHARACTERS_PER_TOKEN), rollout.text());
            }
        }
        assertEquals(1, endpoint.asked().size());
        assertTrue(Files.size(file) < 20_000, Files.size(file) + " bytes");
    }

    /** Nor are seven of them read, eight at a time. */
    @Test
    void aReplyThatItsTokensCannotFillIsNoAnswer() {
        endpoint.behave((exchange, prompt) -> answer(exchange, 200, reply("x".repeat(7 << 20))));
        Reply.Unanswered none = unanswered(asked(0));
        assertEquals("the endpoint's reply is no chat completion: it has more than "
                + ((1 << 20) + 50 * 2 * 6 * 64) + " bytes", none.reason());
    }

    @Test
    void aCutLeavesNoHalfCharacter() {
        String text = "x" + "\uD83D\uDE00".repeat(100);
        assertEquals("x" + "\uD83D\uDE00".repeat(31),
                new EndpointReply(text, Finish.STOP_TOKEN, OptionalInt.empty()).within(1).text());
    }

    @Test
    void halfACharacterIsReplaced() {
        endpoint.behave((exchange, prompt) -> answer(exchange, 200, body("\"a\\ud800b\\udc00\\ud83d\\ude00\"", "stop",
                "3")));
        assertEquals("a\uFFFDb\uFFFD\uD83D\uDE00", asked(0).rollout().orElseThrow().text());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "[{\"type\": \"text\", \"text\": \"a\"}, {\"type\": \"text\", \"text\": \"b\"}] | ab",
        "\"\" | ``",
        "\"\\u0000\\u202e\" | `\u0000\u202e`"})
    void textIsOneOrInParts(String content, String text) {
        endpoint.behave((exchange, prompt) -> answer(exchange, 200, body(content, "stop", "1")));
        assertEquals(text, asked(0).rollout().orElseThrow().text());
    }

    /** Replies that hold no completion are asked for again, then they are no answer, with a reason. */
    @Test
    void whatHoldsNoTextIsNoAnswer() {
        List<String> bodies = List.of("", " ", "null", "42", "\"text\"", "[]", "{}", "NaN", "\uFEFF",
                "{\"choices\": null}", "{\"choices\": {}}", "{\"choices\": \"yes\"}", "{\"choices\": 7}",
                "{\"choices\": [7]}", "{\"choices\": [[]]}", choice("\"yes\""), choice("{\"content\": 7}"),
                choice("{\"content\": []}"), choice("{\"content\": [{\"type\": \"image\"}]}"),
                choice("{\"content\": null, \"reasoning\": \"hm\"}"), choice("{\"content\": \"tru"),
                choice("{\"content\": \"a\", \"content\": \"b\"}"),
                "{\"choices\": [{\"message\": {\"content\": \"a\"}}], \"choices\": []}",
                "<html><body>502 Bad Gateway</body></html>", "{\"error\": {\"message\": \"overloaded\"}}");
        endpoint.behave((exchange, prompt) -> answer(exchange, 200, bodies.get(Integer.parseInt(prompt.substring(1)))));
        try (EndpointModel model = model(settings(endpoint.url(), bodies.size(), 1))) {
            List<Reply> replies = Asked.replies(model, prompts(bodies.size()), GREEDY, 0);
            assertEquals(List.of(FailureKind.UNREADABLE), kinds(replies));
            for (Reply reply : replies) {
                String reason = unanswered(reply).reason();
                assertTrue(reason.startsWith("the endpoint's reply is no chat completion: "), reason);
                assertTrue(reason.length() < 300, reason);
            }
        }
        assertEquals(2 * bodies.size(), endpoint.asked().size());
    }

    @Test
    void nestingIsBounded() {
        for (String open : List.of("[", "{\"a\":")) {
            endpoint.behave((exchange, prompt) -> answer(exchange, 200, open.repeat(100_000)));
            assertEquals(FailureKind.UNREADABLE, unanswered(asked(0)).kind());
        }
        endpoint.behave((exchange, prompt) -> answer(exchange, 200, body("[".repeat(100_000) + "]".repeat(100_000),
                "stop", "1")));
        assertEquals(FailureKind.UNREADABLE, unanswered(asked(0)).kind());
        endpoint.behave((exchange, prompt) -> answer(exchange, 200, body("\"yes\"", "stop", "9".repeat(100_000))));
        assertEquals(FailureKind.UNREADABLE, unanswered(asked(0)).kind());
    }

    @Test
    void whatIsNotUtf8OrPackedIsNoAnswer() throws IOException {
        byte[] latin = body("\"\u00e9\"", "stop", "1").getBytes(StandardCharsets.ISO_8859_1);
        endpoint.behave((exchange, prompt) -> answer(exchange, 200, latin));
        assertEquals(FailureKind.UNREADABLE, unanswered(asked(0)).kind());
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(reply("yes").getBytes(StandardCharsets.UTF_8));
        }
        endpoint.behave((exchange, prompt) -> {
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
            answer(exchange, 200, packed.toByteArray());
        });
        Reply.Unanswered none = unanswered(asked(0));
        assertTrue(none.reason().contains("its Content-Encoding is gzip"), none.reason());
    }

    @ParameterizedTest
    @CsvSource({"201, STATUS, 1", "204, STATUS, 1", "301, STATUS, 1", "304, STATUS, 1", "400, STATUS, 1",
        "401, REFUSED, 1", "403, REFUSED, 1", "404, REFUSED, 1", "408, TIMEOUT, 2", "413, STATUS, 1", "429, BUSY, 2",
        "500, SERVER_ERROR, 2", "599, SERVER_ERROR, 2"})
    void everyStatusHasItsKind(int status, FailureKind kind, int requests) {
        endpoint.behave((exchange, prompt) -> answer(exchange, status, status == 204 || status == 304 ? ""
                : "{\"error\": {\"message\": \"so\\u001b[31m \\u0007it\\u200b is\"}}"));
        Reply.Unanswered none = unanswered(asked(1));
        assertEquals(kind, none.kind());
        assertEquals("the endpoint answered with status " + status + (status == 204 || status == 304 ? ""
                : ": so [31m it is"), none.reason(), "no control character reaches a terminal");
        assertEquals(requests, endpoint.asked().size());
    }

    @Test
    void anErrorsTextIsToldInPart() {
        endpoint.behave((exchange, prompt) -> answer(exchange, 400, "x".repeat(1 << 20)));
        assertEquals("the endpoint answered with status 400: " + "x".repeat(200) + "...",
                unanswered(asked(0)).reason());
    }

    /** Bytes as no HTTP server would send them. */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 999999999999 OK\r\n\r\n", "HTTP/1.1 -1 OK\r\n\r\n", "garbage\r\n\r\n", "", "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nx",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx"})
    void brokenHttpIsNoAnswer(String bytes) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> serve(server, bytes));
            thread.setDaemon(true);
            thread.start();
            Reply.Unanswered none = unanswered(asked("http://localhost:" + server.getLocalPort() + "/v1", 0));
            assertFalse(none.reason().isBlank());
        }
    }

    private static void serve(ServerSocket server, String bytes) {
        while (true) {
            try (Socket socket = server.accept(); OutputStream out = socket.getOutputStream()) {
                out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
                FakeEndpoint.hang(300);
            } catch (IOException e) {
                return;
            }
        }
    }

    // when it is down

    private static EndpointSettings patient(String url, int concurrency) {
        return new EndpointSettings(URI.create(url), "m", concurrency, Duration.ofSeconds(1), Duration.ofMinutes(5), 5,
                1000, Duration.ofHours(1), 3);
    }

    /** By patience alone this would take 500 / 4 x 5 minutes. */
    @Test
    void whoFailsInARowIsDownUntilTheNextStep() {
        endpoint.behave((exchange, prompt) -> answer(exchange, 503, "starting"));
        try (EndpointModel model = model(patient(endpoint.url(), 4))) {
            List<Reply> first = assertTimeoutPreemptively(Duration.ofSeconds(20), () ->
                    Asked.replies(model, prompts(500), GREEDY, 7));
            assertEquals(List.of(FailureKind.SERVER_ERROR, FailureKind.DOWN), kinds(first));
            assertTrue(endpoint.asked().size() <= 3 * 4 + 3, endpoint.asked().size() + " requests");
            Reply.Unanswered last = unanswered(first.get(499));
            assertEquals("not asked, since the endpoint is down; the last request to it: the endpoint answered with "
                    + "status 503: starting", last.reason());
            assertEquals(0, last.usage().calls());

            int before = endpoint.asked().size();
            assertEquals(List.of(FailureKind.DOWN), kinds(Asked.replies(model, prompts(9), GREEDY, 7)));
            assertEquals(before, endpoint.asked().size(), "the step goes on, and nothing is asked");

            assertEquals(List.of(FailureKind.SERVER_ERROR, FailureKind.DOWN),
                    kinds(Asked.replies(model, prompts(9), GREEDY, 8)));
            assertEquals(before + 1, endpoint.asked().size(), "a step later one request looks");

            endpoint.behave((exchange, prompt) -> answer(exchange, 200, reply("back")));
            assertTrue(Asked.answers(model, prompts(9), GREEDY, 9).stream().allMatch(back ->
                    back.text().equals("back")));
        }
    }

    /** Other prompts are another batch of an evaluation, all of which have one step number. */
    @Test
    void anEvaluationsNextBatchLooksAgain() {
        endpoint.behave((exchange, prompt) -> answer(exchange, 404, "no such model"));
        try (EndpointModel model = model(patient(endpoint.url(), 2))) {
            List<Reply> first = Asked.replies(model, prompts(50), GREEDY, 0);
            assertEquals(List.of(FailureKind.REFUSED, FailureKind.DOWN), kinds(first));
            assertTrue(endpoint.asked().size() <= 3, endpoint.asked().size() + " requests");
            endpoint.behave((exchange, prompt) -> answer(exchange, 200, reply("back")));
            List<Prompt> next = IntStream.range(100, 105).mapToObj(i -> new Prompt(i, "q" + i)).toList();
            assertEquals(5, Asked.answers(model, next, GREEDY, 0).size());
        }
    }

    @Test
    void nobodyThere() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (EndpointModel model = model(patient("http://localhost:" + port + "/v1", 4))) {
            List<Reply> replies = assertTimeoutPreemptively(Duration.ofSeconds(20), () ->
                    Asked.replies(model, prompts(1000), GREEDY, 0));
            assertEquals(List.of(FailureKind.UNREACHABLE, FailureKind.DOWN), kinds(replies));
            assertEquals("nothing answers at the host and port of base_url", unanswered(replies.get(0)).reason());
        }
    }

    @Test
    void aHostThatHasNoAddress() {
        try (EndpointModel model = model(patient("http://no-such-host.invalid/v1", 1))) {
            List<Reply> replies = assertTimeoutPreemptively(Duration.ofSeconds(20), () ->
                    Asked.replies(model, prompts(1), GREEDY, 0));
            assertEquals("the host of base_url has no known address", unanswered(replies.get(0)).reason());
        }
    }

    /** One question that the endpoint refuses again and again says nothing of the others. */
    @Test
    void oneBadQuestionTakesNoOthersAway() {
        endpoint.behave((exchange, prompt) -> answer(exchange, prompt.endsWith("7") ? 400 : 200, reply("fine")));
        try (EndpointModel model = model(patient(endpoint.url(), 2))) {
            List<Reply> replies = Asked.replies(model, prompts(100), GREEDY, 0);
            assertEquals(10, replies.stream().filter(reply -> reply.rollout().isEmpty()).count());
            List<Prompt> bad = IntStream.range(0, 50).mapToObj(i -> new Prompt(i, "7")).toList();
            assertEquals(List.of(FailureKind.STATUS), kinds(Asked.replies(model, bad, GREEDY, 0)));
            assertEquals(1, Asked.answers(model, prompts(1), SamplingSettings.of(1, 50, List.of()), 0).size());
        }
    }

    /** Nor does one that breaks it, however often it is asked. */
    @Test
    void oneQuestionThatBreaksTheEndpointTakesNoOthersAway() {
        endpoint.behave((exchange, prompt) -> {
            exchange.getResponseHeaders().add("Retry-After", "0");
            answer(exchange, prompt.equals("p3") ? 500 : 200, reply("fine"));
        });
        try (EndpointModel model = model(patient(endpoint.url(), 1))) {
            List<Reply> replies = Asked.replies(model, prompts(20), GREEDY, 0);
            assertEquals(FailureKind.SERVER_ERROR, unanswered(replies.get(3)).kind());
            assertEquals(19, replies.stream().filter(reply -> reply.rollout().isPresent()).count());
            assertEquals(19 + 6, endpoint.asked().size());
        }
    }

    @Test
    void aStepWaitsNoLongerThanItsDeadline() {
        endpoint.behave((exchange, prompt) -> {
            FakeEndpoint.hang(400);
            answer(exchange, 200, reply("slow"));
        });
        EndpointSettings settings = new EndpointSettings(URI.create(endpoint.url()), "m", 1, Duration.ofSeconds(5),
                Duration.ofMinutes(5), 5, 1000, Duration.ofMillis(1500), 5);
        try (EndpointModel model = model(settings)) {
            List<Reply> replies = assertTimeoutPreemptively(Duration.ofSeconds(10), () ->
                    Asked.replies(model, prompts(100), GREEDY, 0));
            assertTrue(replies.get(0).rollout().isPresent());
            Reply.Unanswered last = unanswered(replies.get(99));
            assertEquals(FailureKind.STEP_DEADLINE, last.kind());
            assertTrue(last.reason().contains("step_deadline_s"), last.reason());
            assertEquals(List.of(FailureKind.STEP_DEADLINE),
                    kinds(Asked.replies(model, prompts(100).subList(50, 60), GREEDY, 0)), "of the same step");
            assertTrue(Asked.replies(model, prompts(100).subList(99, 100), GREEDY, 1).get(0).rollout().isPresent());
        }
    }

    @Test
    void whoCancelsDoesNotWait() {
        endpoint.behave((exchange, prompt) -> FakeEndpoint.hang(20_000));
        AtomicBoolean cancelled = new AtomicBoolean();
        EndpointSettings settings = new EndpointSettings(URI.create(endpoint.url()), "m", 2, Duration.ofMinutes(1),
                Duration.ofMinutes(5), 5, 1000);
        try (EndpointModel model = new EndpointModel(settings, ApiKey.NONE, ResponseCache.inMemory(),
                cancelled::get)) {
            Thread canceller = new Thread(() -> {
                FakeEndpoint.hang(500);
                cancelled.set(true);
            });
            canceller.start();
            assertTimeoutPreemptively(Duration.ofSeconds(8), () -> assertThrows(CancellationException.class, () ->
                    Asked.replies(model, prompts(10), GREEDY, 0)));
            cancelled.set(false);
            endpoint.behave((exchange, prompt) -> answer(exchange, 200, reply("still here")));
            assertEquals(3, Asked.answers(model, prompts(3), GREEDY, 0).size());
        }
    }

    // what it is told and tells

    @ParameterizedTest
    @ValueSource(strings = {"sk-verysecret\n0123456789", "sk-verysecret\u200b0123456789", "sk-very secret",
        "sk-vers\u00e9cret", "sk-verysecret\u0000", "sk-verysecret\t1", "\uFEFFsk-verysecret", "sk-verysecret\u007f",
        "\uD83D\uDE00sk-verysecret", "sk-verysecret\uD800x"})
    void aKeyThatCannotBeSentIsNotTold(String key) {
        SettingException refused = assertThrows(SettingException.class, () -> ApiKey.of("JUDGE_KEY", key));
        assertTrue(refused.getMessage().startsWith("JUDGE_KEY holds no key that can be sent: its character "),
                refused.getMessage());
        assertFalse(refused.toString().contains("sk-ver"), refused.toString());
    }

    @Test
    void theBadCharacterIsNamed() {
        assertEquals("K holds no key that can be sent: its character 3 of 5 is U+200B (ZERO WIDTH SPACE); a key is "
                + "made of visible ASCII characters without spaces. Copy it again, without what stands around it",
                assertThrows(SettingException.class, () -> ApiKey.of("K", " ab\u200bcd\n")).getMessage());
        assertThrows(SettingException.class, () -> ApiKey.of("K", " \n"));
        assertEquals("[key]", ApiKey.of("K", SECRET + "\n").toString());
    }

    /** An endpoint that says the key back, in an error, in a header, in an answer. */
    @Test
    void theKeyIsNowhere() throws IOException {
        Path file = folder.resolve("responses.jsonl");
        StringBuilder all = new StringBuilder();
        List<FakeEndpoint.Behaviour> behaviours = List.of(
                (exchange, prompt) -> answer(exchange, 401, "{\"error\": \"wrong key " + SECRET + "\"}"),
                (exchange, prompt) -> answer(exchange, 200, "y".repeat(190) + SECRET),
                (exchange, prompt) -> answer(exchange, 200, reply("your key is " + SECRET)),
                (exchange, prompt) -> {
                    exchange.getResponseHeaders().add("Retry-After", SECRET);
                    exchange.getResponseHeaders().add("Location", "http://localhost:1/" + SECRET);
                    answer(exchange, 302, SECRET);
                },
                (exchange, prompt) -> exchange.close());
        for (FakeEndpoint.Behaviour behaviour : behaviours) {
            endpoint.behave(behaviour);
            try (EndpointModel model = new EndpointModel(settings(endpoint.url(), 1, 0), ApiKey.of("a test", SECRET),
                    ResponseCache.of(file))) {
                all.append(Asked.replies(model, prompts(1), GREEDY, 0)).append(model).append('\n');
            }
        }
        all.append(Files.readString(file));
        assertTrue(all.toString().contains("your key is [key]"), all.toString());
        assertTrue(all.toString().contains("wrong key [key]"), all.toString());
        assertFalse(all.toString().contains("verysecret"), all.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://user:password@host/v1", "https://user@host/v1", "https://host/v1?key=password",
        "https://host/v1#password", "user:password@host", "https://host/v1?", "https://us@er:password@host/v1",
        "mailto:password@host"})
    void anAddressWithASecretIsRefusedAndNotTold(String url) {
        SettingException refused = assertThrows(SettingException.class, () -> settings(url, 1, 0));
        assertTrue(refused.getMessage().contains("api_key_env"), refused.getMessage());
        assertFalse(refused.toString().contains("password@") || refused.toString().contains("=password")
                || refused.toString().contains("#password") || refused.toString().contains("user:"),
                refused.toString());
    }

    @Test
    void settingsOutOfTheirRangeAreNamed() {
        assertTrue(assertThrows(SettingException.class, () -> settings(endpoint.url(), 2_000_000_000, 0)).getMessage()
                .startsWith("concurrency is 2000000000; it must be from 1 to "));
        assertTrue(assertThrows(SettingException.class, () -> settings("http://host:99999/v1", 1, 0)).getMessage()
                .startsWith("base_url is http://host:99999/v1; it must be an address whose port"));
        assertTrue(assertThrows(SettingException.class, () -> new EndpointSettings(URI.create("http://h"), "m", 1,
                Duration.ofSeconds(Long.MAX_VALUE / 1000), Duration.ofSeconds(1), 0, 10)).getMessage()
                .startsWith("timeout is "));
    }

    @Test
    void aPromptTooLongByOverflowIsNotAsked() {
        try (EndpointModel model = model(settings(endpoint.url(), 1, 0))) {
            Reply reply = model.ask(new Query("p", SamplingSettings.of(0, Integer.MAX_VALUE, List.of()),
                    DrawKey.rollout(0, 0))).get();
            assertEquals(FailureKind.TOO_LONG, unanswered(reply).kind());
        }
    }

    // what was answered before

    private List<String> texts(Path file, SamplingSettings sampling, Prompt... prompts) throws IOException {
        try (EndpointModel model = new EndpointModel(settings(endpoint.url(), 1, 0), ApiKey.NONE,
                ResponseCache.of(file))) {
            return Asked.answers(model, Arrays.asList(prompts), sampling, 0).stream().map(Rollout::text).toList();
        }
    }

    /** Asked again it is another request, which has an answer of its own in the cache. */
    @Test
    void anotherAttemptReachesTheEndpoint() {
        endpoint.behave((exchange, prompt) -> answer(exchange, 200, reply("reply " + endpoint.asked().size())));
        try (EndpointModel model = model(settings(endpoint.url(), 1, 0))) {
            for (int step = 0; step < 2; step++) {
                for (int attempt = 0; attempt < 3; attempt++) {
                    Query query = new Query("p", GREEDY, DrawKey.rollout(step, 0), attempt);
                    assertEquals("reply " + (attempt + 1), model.ask(query).get().rollout().orElseThrow().text());
                }
            }
        }
        assertEquals(3, endpoint.asked().size());
    }

    @Test
    void anotherEndpointsAnswersAreNotOurs() throws IOException {
        Path file = folder.resolve("responses.jsonl");
        assertEquals(List.of("echo p"), texts(file, GREEDY, new Prompt(0, "p")));
        try (FakeEndpoint other = new FakeEndpoint((exchange, prompt) -> answer(exchange, 200, reply("other")));
             EndpointModel model = new EndpointModel(settings(other.url(), 1, 0), ApiKey.NONE,
                     ResponseCache.of(file))) {
            assertEquals("other", Asked.answers(model, List.of(new Prompt(0, "p")), GREEDY, 0).get(0).text());
        }
    }

    /** A run of many steps asks more than memory holds. */
    @Test
    void theAnswersInMemoryAreBounded() throws IOException {
        try (ResponseCache cache = ResponseCache.inMemory()) {
            for (int i = 0; i < 40; i++) {
                cache.put("question " + i, new EndpointReply("x".repeat(1 << 20), Finish.STOP_TOKEN, OptionalInt.empty()));
                assertTrue(cache.get("question 0").isPresent(), "what is used stays, after " + i);
            }
            assertTrue(cache.get("question 1").isEmpty());
            assertTrue(cache.get("question 39").isPresent());
        }
    }

    @Test
    void aDamagedCacheLosesNothing() throws IOException {
        Path file = folder.resolve("responses.jsonl");
        texts(file, GREEDY, new Prompt(0, "a"), new Prompt(1, "b"));
        byte[] good = Files.readAllBytes(file);
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write("{\"key\": \"\n\n\u0000\u0000\n[]\nnull\n{\"key\": 7}\n".getBytes(StandardCharsets.UTF_8));
            out.write("{\"key\": \"a\", \"text\": \"x\", \"finish\": \"NEVER\"}\n".getBytes(StandardCharsets.UTF_8));
            out.write(new byte[] {'{', (byte) 0xff, (byte) 0xfe, '}', '\n'});
            out.write("[".repeat(100_000).getBytes(StandardCharsets.UTF_8));
            out.write('\n');
            out.write(good);
            out.write("{\"key\": \"cut o".getBytes(StandardCharsets.UTF_8));
        }
        try (ResponseCache cache = ResponseCache.of(file)) {
            assertEquals(9, cache.damagedLines());
        }
        int before = endpoint.asked().size();
        assertEquals(List.of("echo a", "echo b", "echo c"), texts(file, GREEDY, new Prompt(0, "a"), new Prompt(1, "b"),
                new Prompt(2, "c")));
        assertEquals(before + 1, endpoint.asked().size());
        assertEquals(List.of("echo c"), texts(file, GREEDY, new Prompt(2, "c")));
        assertEquals(before + 1, endpoint.asked().size(), "what was kept behind a line cut off is found again");
    }

    @Test
    void twoMayWriteToOneCache() throws Exception {
        Path file = folder.resolve("responses.jsonl");
        EndpointReply reply = new EndpointReply("x".repeat(20_000), Finish.STOP_TOKEN,
                OptionalInt.empty());
        List<Thread> writers = IntStream.range(0, 2).mapToObj(writer -> new Thread(() -> {
            try (ResponseCache cache = ResponseCache.of(file)) {
                for (int i = 0; i < 100; i++) {
                    cache.put(writer + " " + i, reply);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        })).toList();
        writers.forEach(Thread::start);
        for (Thread writer : writers) {
            writer.join();
        }
        try (ResponseCache cache = ResponseCache.of(file)) {
            assertEquals(0, cache.damagedLines());
            for (int i = 0; i < 200; i++) {
                assertTrue(cache.get(i / 100 + " " + i % 100).isPresent(), "answer " + i);
            }
        }
    }

    @Test
    void aCacheThatCannotBeWrittenIsNamed() {
        assertTrue(assertThrows(IOException.class, () -> ResponseCache.of(folder)).getMessage()
                .contains(folder.toString()));
    }
}
