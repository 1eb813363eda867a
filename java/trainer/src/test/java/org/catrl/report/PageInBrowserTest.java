package org.catrl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page as a browser shows it. */
class PageInBrowserTest {
    private static final String HOSTILE = "<img src=x onerror=\"document.title='owned'\"></script><script>"
            + "document.title='owned'</script><b>bold</b>";
    @TempDir
    private Path temp;
    private Chromium browser;

    @BeforeEach
    void find() {
        browser = Chromium.find(temp.resolve("profile")).orElse(null);
        assumeTrue(browser != null, "skipped: no chromium");
    }

    @Test
    void aModelsTextStaysText() throws Exception {
        Path folder = temp.resolve("run");
        try (RunFixture run = RunFixture.in(folder)) {
            run.fact("name", HOSTILE).fact(HOSTILE, HOSTILE).step(0).metric(0, "reward", 1.0).metric(0, HOSTILE, 1.0);
            run.event(0, "guard", HOSTILE).evaluation(0, HOSTILE, "{\"<b>\": 1}");
            int group = run.group(0, 0, HOSTILE, HOSTILE, HOSTILE, HOSTILE);
            run.rubric(group, "{\"raw\": \"<b>raw</b>\", \"written\": 1, \"duplicates\": 0}", HOSTILE);
            run.rollout(group, 0, HOSTILE, HOSTILE, 1.0).rollout(group, 1, "\u202ereversed\u0007", "b", null);
            run.verdict(group, 0, 0, true, HOSTILE).part(group, 0, 0, HOSTILE, 1, 0.5);
        }
        Path file = report(folder);
        for (String view : List.of("runs", "curves", "steps", "evidence/run/1/1")) {
            Chromium.Seen seen = browser.open(file.toUri() + "#" + view);
            String body = seen.dom().substring(seen.dom().indexOf("<main"), seen.dom().indexOf("<script type"));
            assertFalse(body.contains("<img"), view);
            assertFalse(body.contains("<b>"), view);
            assertFalse(seen.dom().contains("<title>owned"), view);
            assertFalse(complains(seen.log()), seen.log());
            assertTrue(view.equals("steps") || body.contains("&lt;img"), view + " shows no text of it: " + body);
            if (view.startsWith("evidence")) {
                assertTrue(body.contains("⟨U+202E⟩reversed␇"), "what cannot be seen is named");
            }
        }
    }

    @Test
    void theEvidenceOfAGroup() throws Exception {
        Path folder = temp.resolve("advice");
        SampleRuns.advice(folder, 3, 5).close();
        Chromium.Seen seen = browser.open(report(folder).toUri() + "#evidence/advice/2/3");
        assertFalse(complains(seen.log()), seen.log());
        assertEquals(5, count(seen.dom(), "<article class=\"rollout"));
        assertEquals(5 * 6, count(seen.dom(), "class=\"verdict (?:met|unmet|none)"), "and the reference's column");
        assertTrue(seen.dom().contains("<h2>Step 2<span class=\"of\"> of 40</span>, prompt 3</h2>"), seen.dom());
        assertEquals(4, count(seen.dom(), "class=\"prompt-beginning\""));
        assertTrue(seen.dom().contains("soft_overlong"));
    }

    @Test
    void theCurvesOfTwoRuns() throws Exception {
        SampleRuns.sums(temp.resolve("one"), 12, 1, 4, 0.3).close();
        SampleRuns.sums(temp.resolve("two"), 9, 1, 4, 0.1).close();
        Path file = temp.resolve("both.html");
        Report.of(List.of(temp.resolve("one"), temp.resolve("two"))).write(file);
        Chromium.Seen seen = browser.open(file.toUri() + "#curves");
        assertFalse(complains(seen.log()), seen.log());
        assertTrue(count(seen.dom(), "<canvas") >= 4, "those in sight are drawn");
        assertTrue(seen.dom().contains("aria-label=\"reward: arithmetic-cat from 0."), seen.dom());
        assertEquals(2, count(seen.dom(), "<li style=\"--run: var\\(--run-[12]\\);\">"));
    }

    @Test
    void runsThatHaveLittleToShow() throws Exception {
        try (RunFixture run = RunFixture.in(temp.resolve("sft")).fact("kind", "sft")) {
            run.step(0).metric(0, "loss", 2.0).step(1).metric(1, "loss", 1.5);
        }
        try (RunFixture run = RunFixture.in(temp.resolve("thin"))) {
            int group = run.step(0).group(0, 0, "prompt", "reference", "a", "b");
            for (int i = 0; i < 64; i++) {
                run.rollout(group, i, null, "b", i == 0 ? null : 0.5);
            }
            run.sql("UPDATE sampled_group SET whole = 0");
        }
        try (RunsServer server = RunsServer.open(temp, 0)) {
            String sft = browser.open(server.address() + "#evidence/sft").dom();
            assertTrue(sft.contains("there are no rollouts to look at"), sft);
            Chromium.Seen thin = browser.open(server.address() + "#evidence/thin");
            assertFalse(complains(thin.log()), thin.log());
            assertTrue(thin.dom().contains("the record keeps its rewards and answers alone"), thin.dom());
            assertEquals(64, count(thin.dom(), "class=\"value-cell"));
            assertTrue(thin.dom().contains("reference and vote differ"), thin.dom());
        }
    }

    @Test
    void theLivePage() throws Exception {
        SampleRuns.sums(temp.resolve("runs/mine"), 5, 2, 4, 0.3).close();
        RunFixture.in(temp.resolve("runs/begun")).close();
        try (RunsServer server = RunsServer.open(temp.resolve("runs"), 0)) {
            Chromium.Seen runs = browser.open(server.address() + "#runs");
            assertFalse(complains(runs.log()), runs.log());
            assertEquals(2, count(runs.dom(), "<td class=\"name\">"));
            Chromium.Seen evidence = browser.open(server.address() + "#evidence/mine/5/2");
            assertEquals(4, count(evidence.dom(), "<article class=\"rollout"));
            Chromium.Seen empty = browser.open(server.address() + "#evidence/begun");
            assertTrue(empty.dom().contains("No group of rollouts has been recorded yet."), empty.dom());
        }
    }

    private Path report(Path run) {
        Path file = temp.resolve("report.html");
        Report.of(List.of(run)).write(file);
        return file;
    }

    private static boolean complains(String log) {
        return log.lines().anyMatch(line -> line.contains("CONSOLE"));
    }

    private static int count(String dom, String pattern) {
        return (int) Pattern.compile(pattern).matcher(dom).results().count();
    }
}
