package org.catrl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page as a browser shows it, and as its keys move it. */
class PageInBrowserTest {
    private static final String HOSTILE = "<img src=x onerror=\"document.title='owned'\"></script><script>"
            + "document.title='owned'</script><b>bold</b>";
    @TempDir
    private static Path profile;
    private static Chromium browser;
    @TempDir
    private Path temp;

    @BeforeAll
    static void start() throws Exception {
        browser = Chromium.start(profile).orElse(null);
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void find() {
        assumeTrue(browser != null, "skipped: no chromium that starts");
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
        String file = report(folder);
        staysText(file + "#runs", ".panel");
        staysText(file + "#curves", ".chart");
        staysText(file + "#steps", ".steps [title]");
        Chromium.Tab evidence = staysText(file + "#evidence/run/1/1", ".rollout");
        assertTrue(evidence.dom().contains("⟨U+202E⟩reversed␇"), "what cannot be seen is named");
        evidence.value("document.querySelector('td:not(.side) .verdict').click()");
        assertTrue(evidence.value("document.querySelector('.words').textContent").asText().contains("<img"));
        isText(evidence);
    }

    private static Chromium.Tab staysText(String address, String drawn) throws Exception {
        Chromium.Tab tab = browser.open(address).until("document.querySelector('" + drawn + "') !== null");
        assertTrue(tab.dom().contains("&lt;img") || tab.dom().contains("title=\"<img"), tab::dom);
        isText(tab);
        return tab;
    }

    private static void isText(Chromium.Tab tab) {
        assertEquals(0, tab.value("document.querySelectorAll('main img, main b, main script').length").intValue());
        assertFalse(tab.value("document.title").asText().contains("owned"));
        assertEquals(List.of(), tab.complaints());
    }

    @Test
    void theEvidenceOfAGroup() throws Exception {
        SampleRuns.advice(temp.resolve("advice"), 3, 5).close();
        Chromium.Tab tab = browser.open(report(temp.resolve("advice")) + "#evidence/advice/2/3").shows(".rollout", 5);
        assertEquals("Step 2 of 40, prompt 3", tab.value("document.querySelector('h2').textContent").asText());
        tab.shows("button.verdict", 5 * (5 + 1)).shows(".prompt-beginning", 4).shows(".value-cell", 3 * 5);
        tab.value("document.querySelector('button.verdict.unmet').click()");
        assertTrue(tab.value("document.querySelector('.words').textContent").asText()
                .contains("No, it does not mention that."));
        assertEquals(List.of(), tab.complaints());
    }

    @Test
    void keysMoveThroughTheEvidence() throws Exception {
        SampleRuns.advice(temp.resolve("advice"), 3, 2).close();
        Chromium.Tab tab = browser.open(report(temp.resolve("advice")) + "#evidence/advice/2/1").shows(".rollout", 2);
        tab.press("j");
        tab.until("location.hash === '#evidence/advice/2/2' && document.querySelector('h2').textContent.endsWith('2')");
        tab.press("ArrowRight");
        tab.until("location.hash === '#evidence/advice/3/2'").shows(".rollout", 2);
        tab.press("k");
        tab.until("location.hash === '#evidence/advice/3/1'").shows(".rollout", 2);
        tab.press("/", "4", " ", "d", "a", "y", "s");
        tab.until("document.querySelector('.prompts .note')?.textContent.startsWith('3 groups')");
        tab.shows("mark.found", 1);
        tab.press("Escape", "?");
        tab.shows("dialog[open]", 1);
        tab.press("Escape");
        tab.shows("dialog", 0);
        tab.press("t");
        tab.until("['dark', 'light'].includes(document.documentElement.dataset.theme)");
        tab.press("3");
        tab.until("location.hash === '#steps/advice'").shows(".steps tbody tr", 3);
        assertEquals(List.of(), tab.complaints());
    }

    @Test
    void theCurvesOfTwoRuns() throws Exception {
        SampleRuns.sums(temp.resolve("one"), 12, 1, 4, 0.3).close();
        SampleRuns.sums(temp.resolve("two"), 9, 1, 4, 0.1).close();
        Path file = temp.resolve("both.html");
        Report.of(List.of(temp.resolve("one"), temp.resolve("two"))).write(file);
        Chromium.Tab tab = browser.open(file.toUri() + "#curves").shows(".keys li", 2);
        tab.until("document.querySelectorAll('canvas').length >= 4");
        assertTrue(tab.value("document.querySelector('.plot').getAttribute('aria-label')").asText()
                .startsWith("reward: arithmetic-cat from 0."));
        tab.value("[...document.querySelectorAll('.toggle')].filter(b => b.textContent !== 'marks')"
                + ".forEach(b => b.click())");
        tab.until("document.querySelectorAll('canvas').length >= 4");
        tab.press("/", "k", "l");
        tab.shows(".chart", 1);
        assertEquals(List.of(), tab.complaints());
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
        RunFixture.in(temp.resolve("begun")).close();
        try (RunsServer server = RunsServer.open(temp, 0)) {
            says(server, "#evidence/sft", "there are no rollouts to look at");
            says(server, "#evidence/begun", "No group of rollouts has been recorded yet.");
            says(server, "#steps/begun", "no step has been recorded yet");
            Chromium.Tab thin = says(server, "#evidence/thin", "the record keeps its rewards and answers alone");
            thin.shows(".value-cell", 64).shows(".group-head .badge", 1);
        }
    }

    private static Chromium.Tab says(RunsServer server, String place, String words) throws Exception {
        Chromium.Tab tab = browser.open(server.address() + place)
                .until("document.querySelector('main').textContent.includes('" + words + "')");
        assertEquals(List.of(), tab.complaints());
        return tab;
    }

    @Test
    void theLivePageShowsWhatIsNew() throws Exception {
        try (RunFixture run = SampleRuns.sums(temp.resolve("runs/mine"), 2, 2, 4, 0.3).commit();
             RunsServer server = RunsServer.open(temp.resolve("runs"), 0)) {
            Chromium.Tab tab = browser.open(server.address() + "#steps").shows(".steps tbody tr", 2);
            run.step(2).metric(2, "reward", 0.875).commit();
            tab.shows(".steps tbody tr", 3).until("document.querySelector('.steps').textContent.includes('0.875')");
            RunFixture.in(temp.resolve("runs/other")).close();
            tab.press("1");
            tab.shows(".runs tbody tr", 2);
            assertEquals(List.of(), tab.complaints());
        }
    }

    private String report(Path run) {
        Path file = temp.resolve("report.html");
        Report.of(List.of(run)).write(file);
        return file.toUri().toString();
    }
}
