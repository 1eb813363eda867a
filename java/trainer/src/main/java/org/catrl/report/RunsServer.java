package org.catrl.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.catrl.record.RecordException;
import org.catrl.record.RunFolderException;

/**
 * The page of a folder of runs, served live on this machine alone: read from their records whenever the page asks. It
 * answers its own page and nobody else, writes nothing, and reads nothing outside the folder.
 *
 * <pre>{@code
 * try (RunsServer server = RunsServer.open(Path.of("runs"), 0)) {
 *     System.out.println(server.address());
 * }
 * }</pre>
 */
public final class RunsServer implements AutoCloseable {
    private static final int THREADS = 8;
    private static final String LOOPBACK = "127.0.0.1";

    /** An answer with its content. */
    private record Content(int status, String type, byte[] bytes) {
        static Content text(int status, String text) {
            return new Content(status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final RequestCheck check;
    private final Answers answers;
    private final String policy;
    private final byte[] page;

    private RunsServer(HttpServer server, RunsFolder runs) {
        Page page = new Page();
        this.server = server;
        this.threads = Executors.newFixedThreadPool(THREADS, RunsServer::thread);
        this.check = new RequestCheck(server.getAddress().getPort());
        this.answers = new Answers(runs);
        this.policy = page.policy(true) + "; frame-ancestors 'none'";
        this.page = page.html("runs", "").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The server of a folder of runs, or of a single run.
     *
     * @param port where it listens, on 127.0.0.1; 0 = wherever there is room
     * @throws RunFolderException when there is no such folder
     * @throws RecordException    when the port is taken
     */
    public static RunsServer open(Path runs, int port) {
        RunsFolder folder = RunsFolder.of(runs);
        try {
            HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getByName(LOOPBACK), port), 0);
            RunsServer server = new RunsServer(http, folder);
            http.setExecutor(server.threads);
            http.createContext("/", server::answer);
            http.start();
            return server;
        } catch (IOException e) {
            throw new RecordException(LOOPBACK + ":" + port + ": cannot be listened to: " + e.getMessage()
                    + "; choose another --port, or 0", e);
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "runs server");
        thread.setDaemon(true);
        return thread;
    }

    /** The address of the page. */
    public URI address() {
        return URI.create("http://" + LOOPBACK + ":" + server.getAddress().getPort() + "/");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Content content = check.refused(exchange.getRequestMethod(), exchange.getRequestHeaders())
                    .map(refusal -> Content.text(refusal.status(), refusal.reason()))
                    .orElseGet(() -> content(exchange.getRequestURI()));
            headers(exchange.getResponseHeaders(), content);
            boolean head = "HEAD".equals(exchange.getRequestMethod());
            exchange.sendResponseHeaders(content.status, head ? -1 : content.bytes.length);
            if (!head) {
                exchange.getResponseBody().write(content.bytes);
            }
        }
    }

    private Content content(URI asked) {
        try {
            if ("/".equals(asked.getPath())) {
                return new Content(200, "text/html; charset=utf-8", page);
            }
            Optional<JsonNode> answer = answers.to(asked);
            return answer.map(json -> new Content(200, "application/json", Json.bytes(json)))
                    .orElseGet(() -> Content.text(404, "there is no such thing here"));
        } catch (RecordException | RunFolderException e) {
            return Content.text(503, e.getMessage());
        }
    }

    private void headers(Headers headers, Content content) {
        headers.set("Content-Type", content.type);
        headers.set("Content-Security-Policy", policy);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cache-Control", "no-store");
        if (content.status == 405) {
            headers.set("Allow", "GET");
        }
    }

    /** Listens no longer. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
