package org.catrl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.catrl.record.RecordException;
import org.catrl.record.RunFolderException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The live page answers its own page alone, and gives away nothing but runs. */
class RunsServerTest {
    @TempDir
    private Path temp;
    private RunsServer server;
    private URI address;

    @BeforeEach
    void open() throws Exception {
        Files.createDirectories(temp.resolve("runs"));
        SampleRuns.sums(temp.resolve("runs/mine"), 4, 2, 3, 0.3).close();
        server = RunsServer.open(temp.resolve("runs"), 0);
        address = server.address();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void thePageAndItsHeaders() throws IOException {
        Request page = Request.get(address, "/");
        assertEquals(200, page.status());
        assertTrue(page.body().startsWith("<!doctype html>"), page.body());
        for (String header : List.of("x-content-type-options: nosniff", "referrer-policy: no-referrer",
                "cross-origin-resource-policy: same-origin", "cache-control: no-store",
                "content-type: text/html; charset=utf-8")) {
            assertTrue(page.headers().contains(header), page.headers());
        }
        String policy = page.headers().lines().filter(line -> line.startsWith("content-security-policy"))
                .findFirst().orElseThrow();
        assertTrue(policy.contains("default-src 'none'") && policy.contains("connect-src 'self'")
                && policy.contains("frame-ancestors 'none'"), policy);
        assertFalse(policy.contains("unsafe"), policy);
    }

    @Test
    void otherHostsAreRefused() throws IOException {
        String line = "GET /api/runs HTTP/1.1";
        assertEquals(200, Request.send(address, line, "Host: localhost:" + address.getPort()).status());
        for (String host : List.of("Host: evil.example", "Host: evil.example:" + address.getPort(), "Host: 127.0.0.1",
                "Host: 127.0.0.1:1", "Host: 127.0.0.1.evil.example:" + address.getPort(), "Host: ")) {
            Request refused = Request.send(address, line, host);
            assertEquals(403, refused.status(), host);
            assertFalse(refused.body().contains("mine"), host);
        }
        assertEquals(403, Request.send(address, line, "Host: localhost:" + address.getPort(), "Host: evil.example")
                .status());
        assertEquals(403, Request.send(address, "GET /api/runs HTTP/1.0", "").status());
    }

    @Test
    void otherOriginsAreRefused() throws IOException {
        assertEquals(200, Request.get(address, "/api/runs", "Origin: http://127.0.0.1:" + address.getPort()).status());
        assertEquals(200, Request.get(address, "/api/runs", "Sec-Fetch-Site: same-origin").status());
        for (String header : List.of("Origin: http://evil.example", "Origin: null", "Origin: http://127.0.0.1:1",
                "Origin: https://127.0.0.1:" + address.getPort(), "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site")) {
            assertEquals(403, Request.get(address, "/api/runs", header).status(), header);
        }
    }

    @Test
    void itCanOnlyBeRead() throws IOException {
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "HEAD", "TRACE")) {
            Request refused = Request.send(address, method + " /api/runs HTTP/1.1", "Host: " + address.getAuthority());
            assertEquals(405, refused.status(), method);
            assertTrue(refused.headers().contains("allow: get"), refused.headers());
        }
    }

    @Test
    void nothingOutsideTheFolderIsRead() throws Exception {
        SampleRuns.sums(temp.resolve("secret"), 1, 1, 2, 0).close();
        Files.createSymbolicLink(temp.resolve("runs/link"), temp.resolve("secret"));
        Files.createDirectories(temp.resolve("runs/linked-file"));
        Files.createSymbolicLink(temp.resolve("runs/linked-file/run.db"), temp.resolve("secret/run.db"));
        Files.createDirectories(temp.resolve("runs/mine/deep"));
        Files.copy(temp.resolve("secret/run.db"), temp.resolve("runs/mine/deep/run.db"));
        for (String name : List.of("../secret", "link", "linked-file", "..", ".", "", "mine/../../secret", "mine/deep",
                "mine/../mine", temp.resolve("secret").toString(), "mine/", "%2e%2e/secret", "mine\0", "..\\secret")) {
            String query = "/api/run?run=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
            assertEquals(404, Request.get(address, query).status(), name);
        }
        assertEquals(1, runs().size(), "a link is no run: " + runs());
    }

    @Test
    void otherPathsAreNotThere() throws IOException {
        for (String path : List.of("/../../etc/passwd", "/runs/mine/run.db", "/api", "/api/", "/api/runs/",
                "/page.html",
                "/%2e%2e/", "/api/group?run=mine&group=999", "/api/group?run=mine&group=x", "/api/run",
                "/api/run?run=%FF", "/favicon.ico")) {
            assertEquals(404, Request.get(address, path).status(), path);
        }
    }

    @Test
    void aPageThatHasTheOldStepsGetsTheNewOnes() throws Exception {
        JsonNode all = json("/api/run?run=mine");
        assertEquals(4, all.path("steps").size());
        assertEquals(-1, all.path("after").intValue());
        JsonNode fresh = json("/api/run?run=mine&after=2&processes=1");
        assertEquals("[3]", fresh.path("steps").toString());
        assertEquals(1, fresh.path("metrics").path("reward").size());
        assertEquals(all.path("metrics").path("reward").path(3), fresh.path("metrics").path("reward").path(0));
        assertEquals(-1, json("/api/run?run=mine&after=2&processes=0").path("after").intValue(),
                "another process went on with the run, perhaps from an earlier step");
        assertEquals(-1, json("/api/run?run=mine&after=7&processes=1").path("after").intValue());
    }

    @Test
    void aRunIsReadWhileItIsWritten() throws Exception {
        try (RunFixture run = RunFixture.in(temp.resolve("runs/live"))) {
            run.step(0).metric(0, "reward", 0.5).commit();
            assertEquals(1, json("/api/run?run=live").path("steps").size());
            run.step(1).metric(1, "reward", 0.6);
            assertEquals(1, json("/api/run?run=live").path("steps").size(), "half a step is no step");
            run.commit();
            assertEquals(2, json("/api/run?run=live").path("steps").size());
            assertEquals("running", json("/api/run?run=live").path("state").textValue());
        }
    }

    @Test
    void evidenceComesByStepAndByWhatIsSaid() throws Exception {
        JsonNode groups = json("/api/groups?run=mine&step=3");
        assertEquals(2, groups.size());
        JsonNode whole = json("/api/group?run=mine&group=" + groups.path(1).path("id"));
        assertEquals(groups.path(1).path("prompt"), whole.path("prompt"));
        assertEquals(3, whole.path("attempts").size());
        JsonNode found = json("/api/search?run=mine&text=" + whole.path("prompt").textValue().substring(0, 5)
                .toLowerCase());
        assertEquals(whole.path("id"), found.path(0).path("id"));
        assertEquals(0, json("/api/search?run=mine&text=%25").size(), "a sign of SQL is a sign");
    }

    @Test
    void aRecordThatCannotBeReadHidesNoOther() throws Exception {
        Files.createDirectories(temp.resolve("runs/broken"));
        Files.writeString(temp.resolve("runs/broken/run.db"), "this is no database, and long enough to be asked");
        Files.createDirectories(temp.resolve("runs/empty"));
        Files.createFile(temp.resolve("runs/empty/run.db"));
        JsonNode runs = runs();
        assertEquals(3, runs.size());
        for (JsonNode run : runs) {
            boolean sound = run.path("id").textValue().equals("mine");
            assertEquals(!sound, run.path("state").textValue().equals("unreadable"), run::toString);
            assertEquals(!sound, run.path("why").asText().contains("run.db"), run::toString);
        }
        assertEquals(503, Request.get(address, "/api/run?run=broken").status());
    }

    @Test
    void aSingleRunsFolderIsServedToo() throws Exception {
        try (RunsServer one = RunsServer.open(temp.resolve("runs/mine"), 0)) {
            assertTrue(Request.get(one.address(), "/api/runs").body().contains("\"mine\""));
            assertEquals(200, Request.get(one.address(), "/api/run?run=mine").status());
            assertEquals(404, Request.get(one.address(), "/api/run?run=other").status());
        }
    }

    @Test
    void whatCannotBeServedIsNamed() throws IOException {
        Path file = Files.createFile(temp.resolve("file"));
        for (Path wrong : List.of(temp.resolve("nowhere"), file)) {
            RunFolderException error = assertThrows(RunFolderException.class, () -> RunsServer.open(wrong, 0));
            assertTrue(error.getMessage().startsWith(wrong.toString()), error.getMessage());
        }
        RecordException taken = assertThrows(RecordException.class, () -> RunsServer.open(temp, address.getPort()));
        assertTrue(taken.getMessage().contains(Integer.toString(address.getPort())), taken.getMessage());
    }

    private JsonNode runs() throws IOException {
        return json("/api/runs").path("runs");
    }

    private JsonNode json(String path) throws IOException {
        Request answer = Request.get(address, path);
        assertEquals(200, answer.status(), answer.body());
        return new ObjectMapper().readTree(answer.body());
    }
}
