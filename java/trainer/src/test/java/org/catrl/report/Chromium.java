package org.catrl.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A headless Chromium, where the machine has one, asked by the DevTools protocol. */
final class Chromium implements AutoCloseable {
    private static final String LISTENING = "DevTools listening on ";
    private static final int PATIENCE_SECONDS = 30;
    private static final int ESCAPE = 27;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final Map<String, List<String>> complaints = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();

    private Chromium(Process process, URI endpoint) {
        this.process = process;
        this.socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(endpoint, new Listener()).join();
    }

    /** A browser with a profile of its own; empty where there is none that starts. */
    static Optional<Chromium> start(Path profile) throws IOException {
        Optional<Path> program = Stream.of("chromium", "chromium-browser", "google-chrome").flatMap(name ->
                        Stream.of(System.getenv("PATH").split(":")).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable).findFirst();
        return program.isEmpty() ? Optional.empty() : start(program.get(), profile);
    }

    private static Optional<Chromium> start(Path program, Path profile) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--headless=new", "--disable-gpu",
                "--no-first-run", "--user-data-dir=" + profile, "--window-size=1400,1000",
                "--remote-debugging-port=0"));
        if (System.getProperty("user.name").equals("root")) {
            command.add("--no-sandbox"); // it refuses root otherwise
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        BufferedReader said = new BufferedReader(new InputStreamReader(process.getInputStream(),
                StandardCharsets.UTF_8));
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith(LISTENING)) {
                drain(said);
                return Optional.of(new Chromium(process, URI.create(line.substring(LISTENING.length()))));
            }
        }
        return Optional.empty(); // it ended: this machine does not let it run
    }

    private static void drain(BufferedReader said) {
        Thread thread = new Thread(() -> said.lines().forEach(line -> { }), "chromium's words");
        thread.setDaemon(true);
        thread.start();
    }

    /** A tab that shows an address. */
    Tab open(String address) {
        JsonNode target = ask("", "Target.createTarget", Map.of("url", "about:blank"));
        JsonNode session = ask("", "Target.attachToTarget",
                Map.of("targetId", target.path("targetId").asText(), "flatten", true));
        Tab tab = new Tab(session.path("sessionId").asText());
        List.of("Runtime.enable", "Log.enable", "Page.enable").forEach(method -> ask(tab.session, method, Map.of()));
        ask(tab.session, "Page.navigate", Map.of("url", address));
        return tab;
    }

    private JsonNode ask(String session, String method, Map<String, ?> parameters) {
        int id = numbers.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        asked.put(id, answer);
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", JSON.valueToTree(parameters));
        if (!session.isEmpty()) {
            message.put("sessionId", session);
        }
        socket.sendText(message.toString(), true).join();
        return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() throws InterruptedException {
        List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
        socket.sendText("{\"id\": 0, \"method\": \"Browser.close\"}", true).join();
        process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        socket.abort();
        all.forEach(ProcessHandle::destroyForcibly);
    }

    /** What the browser says, in messages that may come in pieces. */
    private final class Listener implements WebSocket.Listener {
        private final StringBuilder piece = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            piece.append(text);
            if (last) {
                hear(piece.toString());
                piece.setLength(0);
            }
            from.request(1);
            return null;
        }

        private void hear(String text) {
            try {
                JsonNode message = JSON.readTree(text);
                if (message.has("id")) {
                    Optional.ofNullable(asked.remove(message.path("id").intValue()))
                            .ifPresent(answer -> answer.complete(message.path("result")));
                } else if (List.of("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
                        .contains(message.path("method").asText())) {
                    complaints.computeIfAbsent(message.path("sessionId").asText(), id -> new CopyOnWriteArrayList<>())
                            .add(message.path("params").toString());
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** One page of the browser. */
    final class Tab {
        private final String session;

        private Tab(String session) {
            this.session = session;
        }

        /** What an expression of JavaScript comes to. */
        JsonNode value(String expression) {
            return ask(session, "Runtime.evaluate", Map.of("expression", expression, "returnByValue", true))
                    .path("result").path("value");
        }

        /** Waits until an expression holds. */
        Tab until(String expression) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (!value(expression).asBoolean()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("never: " + expression + ", but " + dom() + complaints());
                }
                Thread.sleep(20);
            }
            return this;
        }

        /** Waits until so many elements match a selector. */
        Tab shows(String selector, int count) throws InterruptedException {
            return until("document.querySelectorAll('" + selector + "').length === " + count);
        }

        /** Presses keys, one after the other. */
        void press(String... keys) {
            for (String key : keys) {
                Map<String, Object> stroke = key.length() == 1 ? Map.of("type", "keyDown", "key", key, "text", key)
                        : Map.of("type", "keyDown", "key", key, "windowsVirtualKeyCode",
                        key.equals("Escape") ? ESCAPE : 0);
                ask(session, "Input.dispatchKeyEvent", stroke);
                ask(session, "Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key));
            }
        }

        /** The page's content as markup. */
        String dom() {
            return value("document.title + document.querySelector('main').outerHTML").asText();
        }

        /** What the page has complained of: errors, and what its policy has stopped. */
        List<String> complaints() {
            return complaints.getOrDefault(session, List.of());
        }
    }
}
