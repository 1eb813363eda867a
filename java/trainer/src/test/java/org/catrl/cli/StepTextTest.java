package org.catrl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.catrl.record.GroupRecord;
import org.junit.jupiter.api.Test;

class StepTextTest {
    private static final String LINE = "reward 0.500  agree 0.75  entropy 1.000  clip 0.0000  grad 2.00  10 tok/s";

    /** A step that learned nothing has no figures of what was learned. */
    @Test
    void aFigureThatThereIsNotIsADash() {
        Map<String, Double> metrics = new HashMap<>(Map.of("reward", Double.NaN, "cat/majority_ratio", Double.NaN,
                "entropy", Double.NaN, "clip_ratio/region_mean", Double.NaN, "grad_norm", 0.0,
                "perf/tokens_per_second", 10.0));
        metrics.put("eval_label_accuracy", Double.NaN);
        assertEquals("reward -  agree -  entropy -  clip -  grad 0.00  10 tok/s  probe -",
                StepText.ofTraining(metrics, ""));
        metrics.keySet().removeAll(List.of("entropy", "eval_label_accuracy"));
        assertEquals("reward -  agree -  entropy -  clip -  grad 0.00  10 tok/s", StepText.ofTraining(metrics, ""));
    }

    @Test
    void answersThatWereGivenUpOnAreTold() {
        Map<String, Double> metrics = new HashMap<>(Map.of("reward", 0.5, "cat/majority_ratio", 0.75, "entropy", 1.0,
                "clip_ratio/region_mean", 0.0, "grad_norm", 2.0, "perf/tokens_per_second", 10.0,
                "answers/too_long", 0.0));
        assertEquals(LINE, StepText.ofTraining(metrics, ""));
        metrics.put("answers/over_budget", 2.0);
        metrics.put("answers/failed", 1.0);
        assertEquals(LINE + "  3 answers given up", StepText.ofTraining(metrics, ""));
        metrics.put("judge/no_verdict/busy", 2.0);
        assertEquals(LINE + "  3 answers given up  no verdict: 2 busy (last: status 429)",
                StepText.ofTraining(metrics, "status 429"));
    }

    /** What a judge says is a model's or an endpoint's own text. */
    @Test
    void theLastWordsOfAJudgeAreToldOnceOnOneLine() {
        JudgeError error = new JudgeError();
        assertEquals("", error.take());
        error.hear(group(verdict(true, "yes"), verdict(null, "first"), verdict(null, "\u001b[2J last\n\ud800"
                + "x".repeat(1_000_000)), verdict(false, "no")));
        error.hear(group(verdict(true, "yes")));
        String words = error.take();
        assertTrue(words.startsWith("[2J last x") && words.endsWith("x...") && words.length() < 110, words);
        assertEquals("", error.take());
    }

    private static GroupRecord.Verdict verdict(Boolean met, String reply) {
        return new GroupRecord.Verdict(0, met, reply, met == null ? "unclear" : null, 1, null);
    }

    private static GroupRecord group(GroupRecord.Verdict... verdicts) {
        GroupRecord.Rollout rollout = new GroupRecord.Rollout("text", new GroupRecord.Drawn("length", 1, null, null),
                new GroupRecord.Answer(null, null), null, 0, false, "", List.of(), List.of(verdicts));
        return new GroupRecord(0, 0, new GroupRecord.Prompt(1, "prompt", null), true, null, null, null, null,
                List.of(), List.of(rollout));
    }
}
