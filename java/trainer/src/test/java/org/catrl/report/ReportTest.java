package org.catrl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.catrl.record.RunFolderException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report is one file that holds what it says, and nothing that could act or should not be passed on. */
class ReportTest {
    private static final Pattern DATA = Pattern.compile("(?s)<script type=\"application/json\" id=\"data\">(.*?)"
            + "</script>");
    private static final Pattern SCRIPT = Pattern.compile("(?s)<script>(.*?)</script>");
    @TempDir
    private Path temp;

    @Test
    void itHoldsTheFiguresOfEveryStep() throws Exception {
        SampleRuns.sums(temp.resolve("run"), 6, 2, 3, 0.3).close();
        JsonNode run = data(write("run")).path("runs").path(0);
        assertEquals("run", run.path("id").textValue());
        assertEquals(6, run.path("steps").size());
        run.path("metrics").forEach(values -> assertEquals(6, values.size()));
        assertEquals("null", run.path("metrics").path("kl").path(3).toString(), "what is not finite is no number");
        assertEquals(16, run.path("stages").path("rollout").path("calls").path(5).intValue());
        assertEquals(0.728, run.path("evaluations").path(1).path("metrics").path("single_sample").doubleValue());
        assertEquals("checkpoint", run.path("events").path(0).path("kind").textValue());
        assertEquals(12, run.path("held").size());
    }

    @Test
    void itHoldsSoManyGroupsTheNewestAndSomeBetween() throws Exception {
        SampleRuns.sums(temp.resolve("run"), 20, 4, 2, 0.3).close();
        JsonNode held = data(write("run", 16)).path("runs").path(0).path("held");
        assertEquals(16, held.size());
        Set<Integer> steps = new HashSet<>();
        held.forEach(group -> steps.add(group.path("step").intValue()));
        assertTrue(steps.containsAll(List.of(18, 19)) && steps.stream().anyMatch(step -> step < 5), steps::toString);
        assertEquals(0, data(write("run", 0)).path("runs").path(0).path("held").size());
    }

    @Test
    void severalRunsShareTheGroups() throws Exception {
        SampleRuns.sums(temp.resolve("a/run"), 3, 4, 2, 0.3).close();
        SampleRuns.sums(temp.resolve("b/run"), 3, 4, 2, 0.1).close();
        Path file = temp.resolve("both.html");
        Report.of(List.of(temp.resolve("a/run"), temp.resolve("b/run"))).groups(10).write(file);
        JsonNode runs = data(file).path("runs");
        assertEquals("run", runs.path(0).path("id").textValue());
        assertEquals("run (2)", runs.path(1).path("id").textValue());
        runs.forEach(run -> assertEquals(5, run.path("held").size()));
    }

    @Test
    void noTextLeavesItsPlace() throws Exception {
        String hostile = "</script><script>alert(1)</script><!-- <script> ]]> \u2028 \ud83d\ude00 {scripts} {data} "
                + "\\u003c";
        try (RunFixture run = RunFixture.in(temp.resolve("run"))) {
            run.fact("name", hostile).step(0).metric(0, "</script>", 1.0).event(0, "guard", hostile);
            run.rollout(run.group(0, 0, hostile, hostile, hostile, hostile), 0, hostile, hostile, 1.0);
        }
        Path file = write("run");
        String html = Files.readString(file);
        assertEquals(2, html.split("</script>", -1).length - 1, "the data's and the program's");
        JsonNode group = data(file).path("runs").path(0).path("held").path(0);
        assertEquals(hostile, group.path("prompt").textValue());
        assertEquals(hostile, group.path("attempts").path(0).path("text").textValue());
    }

    @Test
    void longTextsAreCutAndSaySo() throws Exception {
        String half = "x".repeat(Json.LONGEST_TEXT - 1) + "\ud83d\ude00" + "y".repeat(1_000_000);
        try (RunFixture run = RunFixture.in(temp.resolve("run"))) {
            run.rollout(run.step(0).group(0, 0, "short", null, null, null), 0, half, null, 1.0);
        }
        JsonNode group = data(write("run")).path("runs").path(0).path("held").path(0);
        JsonNode attempt = group.path("attempts").path(0);
        assertEquals(Json.LONGEST_TEXT - 1, attempt.path("text").textValue().length(), "no half of a pair");
        assertEquals(half.length(), attempt.path("cut").path("text").intValue());
        assertTrue(group.path("cut").isMissingNode());
    }

    @Test
    void aSecretStaysInTheRun() throws Exception {
        SampleRuns.sums(temp.resolve("run"), 2, 1, 2, 0.3).close();
        String html = Files.readString(write("run"));
        assertFalse(html.contains("hush-hush"));
        assertTrue(html.contains("prompt_secret: (left out here)"));
    }

    @Test
    void itsPolicyNamesItsOwnScriptAndNoNetwork() throws Exception {
        SampleRuns.sums(temp.resolve("run"), 2, 1, 2, 0.3).close();
        String html = Files.readString(write("run"));
        Matcher script = SCRIPT.matcher(html);
        assertTrue(script.find());
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(script.group(1).getBytes(StandardCharsets.UTF_8));
        assertTrue(html.contains("script-src 'sha256-" + Base64.getEncoder().encodeToString(hash) + "'"));
        assertTrue(html.contains("default-src 'none'"));
        assertFalse(html.contains("connect-src"));
        assertFalse(Pattern.compile("(?:src|href)=\"?(?:https?:)?//").matcher(html).find(), "it refers nowhere else");
    }

    @Test
    void anEarlierReportIsReplacedAndNothingElse() throws Exception {
        SampleRuns.sums(temp.resolve("run"), 2, 1, 2, 0.3).close();
        Path file = write("run");
        String first = Files.readString(file);
        write("run", 0);
        assertFalse(first.equals(Files.readString(file)));
        for (String other : List.of("", "<!doctype html>\n<p>mine</p>")) {
            Files.writeString(file, other);
            RunFolderException error = assertThrows(RunFolderException.class, () -> write("run"));
            assertTrue(error.getMessage().startsWith(file.toString()), error.getMessage());
            assertEquals(other, Files.readString(file));
        }
        assertEquals(List.of("report.html", "run"), names(temp), "nothing half written is left");
    }

    @Test
    void runsThatHaveLittleToShow() throws Exception {
        RunFixture.in(temp.resolve("begun")).close();
        assertEquals(0, data(write("begun")).path("runs").path(0).path("steps").size());
        try (RunFixture sft = RunFixture.in(temp.resolve("sft")).fact("kind", "sft")) {
            sft.step(0).metric(0, "loss", 2.0).step(1).metric(1, "loss", null).evaluation(0, "eval", "no JSON");
        }
        JsonNode run = data(write("sft")).path("runs").path(0);
        assertEquals("[2,null]", run.path("metrics").path("loss").toString());
        assertEquals(2.0, run.path("last").path("loss").doubleValue());
        assertEquals(0, run.path("held").size());
    }

    @Test
    void aFolderWithoutARunIsNamed() {
        RunFolderException error = assertThrows(RunFolderException.class, () -> write("nowhere"));
        assertTrue(error.getMessage().startsWith(temp.resolve("nowhere") + ": holds no run.db"), error.getMessage());
    }

    @Test
    void theStateOfARun() throws Exception {
        Path folder = temp.resolve("run");
        SampleRuns.sums(folder, 2, 1, 2, 0.3).close();
        assertEquals(RunState.RUNNING, state(folder, 0));
        assertEquals(RunState.ENDED, state(folder, 3600));
        Files.writeString(folder.resolve("summary.json"), "{}");
        assertEquals(RunState.FINISHED, state(folder, 3600));
        try (RunFixture other = RunFixture.in(temp.resolve("other"))) {
            other.event(1, "interrupted", "SIGINT").commit();
            assertEquals(RunState.INTERRUPTED, state(other.folder(), 0));
            other.event(1, "resumed", "from checkpoint-1").commit();
            assertEquals(RunState.RUNNING, state(other.folder(), 0));
            other.event(1, "stopped", "guard").commit();
            assertEquals(RunState.STOPPED, state(other.folder(), 0));
        }
    }

    @Test
    void theProcessTellsWhetherARunIsWritten() throws Exception {
        String self = ManagementFactory.getRuntimeMXBean().getName();
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        try (RunFixture run = RunFixture.in(temp.resolve("run"))) {
            run.sql("UPDATE start SET time = ?, host = ?", Instant.now().toString(), self).commit();
            assertEquals(RunState.RUNNING, state(run.folder(), 86_400), "it may be silent for as long as it likes");
            run.sql("UPDATE start SET time = '2001-01-01T00:00:00Z'").commit();
            assertEquals(RunState.ENDED, state(run.folder(), 0), "another process has its number now");
            run.sql("UPDATE start SET host = ?", gone.pid() + self.substring(self.indexOf('@'))).commit();
            assertEquals(RunState.ENDED, state(run.folder(), 0));
        }
    }

    private static RunState state(Path folder, int secondsLater) {
        try (RunTables run = RunTables.open(folder)) {
            return RunState.of(folder, run, RunState.changed(folder).plusSeconds(secondsLater));
        }
    }

    private Path write(String run) {
        return write(run, Report.GROUPS);
    }

    private Path write(String run, int groups) {
        Path file = temp.resolve("report.html");
        Report.of(List.of(temp.resolve(run))).groups(groups).write(file);
        return file;
    }

    private static JsonNode data(Path file) throws IOException {
        Matcher found = DATA.matcher(Files.readString(file));
        assertTrue(found.find());
        JsonNode data = new ObjectMapper().readTree(found.group(1));
        assertNull(data.get("error"));
        return data;
    }

    private static List<String> names(Path folder) throws IOException {
        try (var all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
