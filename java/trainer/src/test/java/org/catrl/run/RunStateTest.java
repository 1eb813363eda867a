package org.catrl.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.catrl.compute.reference.ReferenceBackend;
import org.catrl.evaluate.EvaluationReport;
import org.catrl.evaluate.RubricEvaluation;
import org.catrl.record.RecordException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a checkpoint remembers beside the weights comes back to the bit. */
class RunStateTest {
    private static final Measured ANSWERS = new Measured.ByAnswers(new EvaluationReport(7, 3, 1 / 3.0, Math.PI, 0.1,
            0.2, -0.0, OptionalDouble.empty(), new EvaluationReport.AllWrong(2, 1), OptionalDouble.of(1e-300)), 5);
    private static final Measured RUBRICS = new Measured.ByRubrics(new RubricEvaluation.Report(0.7, 0.1, 9, 1, 0.25,
            OptionalDouble.of(2 / 3.0), OptionalDouble.empty()));

    @TempDir
    Path folder;

    @Test
    void allPartsComeBack() throws IOException {
        SoFar before = new SoFar();
        before.measured("before", ANSWERS);
        before.measured("other", RUBRICS);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("reward", 1 / 3.0);
        metrics.put("kl", Double.NaN);
        metrics.put("worst", Double.NEGATIVE_INFINITY);
        before.metrics(metrics);
        write(RunState.of("train", 7, new ReferenceBackend(), new Origin(Map.of("weights", "ab")),
                List.of(before, new EmptySteps(3))));
        RunState state = RunState.read(folder, "train");
        SoFar after = new SoFar();
        state.restore(List.of(after, new EmptySteps(3)), folder);
        assertEquals(before.measured(), after.measured());
        assertEquals(List.of("before", "other"), List.copyOf(after.measured().keySet()));
        assertEquals(metrics, after.metrics());
        assertTrue(after.seconds() >= 0);
        assertEquals(7, state.step());
        assertEquals("reference", state.backend());
        assertEquals(Map.of("weights", "ab"), state.origin().sha256());
    }

    @Test
    void aStateOfAnotherKindOrFormIsNamed() throws IOException {
        SoFar part = new SoFar();
        write(RunState.of("train", 7, new ReferenceBackend(), new Origin(Map.of()), List.of(part)));
        assertTells("is of a run of catrl train, not of catrl sft", "sft");
        Files.writeString(folder.resolve("state.json"), Files.readString(folder.resolve("state.json"))
                .replace("\"measured\" : { }", "\"measured\" : {\"before\": {\"guesses\": {}}}"));
        RunState state = RunState.read(folder, "train");
        String message = assertThrows(RecordException.class, () -> state.restore(List.of(part), folder)).getMessage();
        assertEquals(folder.resolve("state.json") + ": parts.so_far: an evaluation by \"guesses\" is not known; it must "
                + "be by answers or rubrics", message);
        Files.writeString(folder.resolve("state.json"), "{\"kind\":");
        assertTells("state.json: cannot be read", "train");
        Files.delete(folder.resolve("state.json"));
        assertTells("state.json: cannot be read: there is no such file", "train");
    }

    private void assertTells(String part, String kind) {
        String message = assertThrows(RecordException.class, () -> RunState.read(folder, kind)).getMessage();
        assertTrue(message.contains(part) && message.startsWith(folder.toString()), message);
    }

    private void write(RunState state) throws IOException {
        Files.writeString(folder.resolve(RunState.FILE), state.json());
    }
}
