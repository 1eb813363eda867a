package org.catrl.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.catrl.guard.GuardReport;
import org.catrl.run.Measured;
import org.catrl.run.RunResult;
import org.catrl.run.RunResume;
import org.catrl.run.RunStart;
import org.catrl.run.RunStop;

/**
 * An output for programs: one JSON object a line, whose {@code event} is start, resume, warning, evaluation, step,
 * guard, checkpoint or end; ASCII alone, and null for what is not finite. Errors stay where they are, on the other
 * stream.
 */
final class JsonOutput extends RunOutput {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .addModule(new SimpleModule().addSerializer(Double.class, new Finite())
                    .addSerializer(double.class, new Finite()))
            .build();

    private final PrintWriter out;

    JsonOutput(PrintWriter out) {
        super(new PrintWriter(Writer.nullWriter()));
        this.out = out;
    }

    /** Numbers, and null for what is none. */
    private static final class Finite extends JsonSerializer<Double> {
        @Override
        public void serialize(Double value, JsonGenerator json, SerializerProvider provider) throws IOException {
            if (Double.isFinite(value)) {
                json.writeNumber(value);
            } else {
                json.writeNull();
            }
        }
    }

    @Override
    public void skipped(int prompts, String first) {
        warning(WarningText.skipped(prompts, first));
    }

    @Override
    public void damagedAnswers(Path file, int lines) {
        warning(WarningText.damagedAnswers(file, lines));
    }

    @Override
    public void emptyStep(String why) {
        warning(why);
    }

    @Override
    public void unwatched(String why) {
        warning(WarningText.unwatched(why));
    }

    @Override
    public void guard(GuardReport report) {
        Map<String, Object> line = in("step", report.steps(), "signal", report.signal());
        line.put("value", report.value());
        line.put("bound", report.bound());
        line.put("best_step", report.bestSteps());
        line.put("stops", report.stops());
        line.put("message", report.message());
        print("guard", line);
    }

    private void warning(String message) {
        print("warning", Map.of("message", message));
    }

    @Override
    public void started(RunStart start) {
        super.started(start);
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("backend", start.backend());
        line.put("why", start.why());
        start.folder().ifPresent(folder -> line.put("folder", folder.toString()));
        line.put("reads_gold", start.readsGold());
        print("start", line);
    }

    @Override
    public void resumed(RunResume resume) {
        Map<String, Object> line = in("step", resume.done(), "steps", resume.steps());
        resume.checkpoint().ifPresent(from -> line.put("checkpoint", from.toString()));
        resume.setAside().ifPresent(place -> line.put("set_aside", place.toString()));
        resume.warning().ifPresent(warning -> line.put("message", warning));
        print("resume", line);
    }

    @Override
    public void evaluated(String name, Measured measured) {
        print("evaluation", in("name", name, "metrics", measured.metrics()));
    }

    @Override
    public void step(int done, int all, Map<String, Double> metrics) {
        super.step(done, all, metrics);
        Map<String, Object> line = in("step", done, "steps", all);
        line.put("metrics", metrics);
        String error = takeJudgeError();
        if (!error.isEmpty()) {
            line.put("judge_error", error);
        }
        print("step", line);
    }

    @Override
    public void checkpoint(int done, Path folder) {
        print("checkpoint", in("step", done, "folder", folder.toString()));
    }

    @Override
    public void ended(RunResult result) {
        Map<String, Object> line = in("steps", result.steps(), "seconds", result.seconds());
        line.put("cancelled", result.cancelled());
        result.paused().ifPresent(checkpoint -> line.put("paused", checkpoint.toString()));
        line.put("sha256", result.sha256());
        line.put("folder", result.folder().toString());
        line.put("model", result.model().toString());
        result.stopped().ifPresent(stop -> line.put("stopped", stopped(stop)));
        print("end", line);
    }

    private static Map<String, Object> stopped(RunStop stop) {
        return in("cause", stop.cause().name().toLowerCase(Locale.ROOT), "message", stop.message());
    }

    @Override
    void finished(Map<String, Object> found) {
        Map<String, Object> line = new LinkedHashMap<>(found);
        folder().ifPresent(folder -> line.put("folder", folder.toString()));
        print("end", line);
    }

    private static Map<String, Object> in(String first, Object value, String second, Object other) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put(first, value);
        line.put(second, other);
        return line;
    }

    private void print(String event, Map<String, ?> fields) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("event", event);
        line.putAll(fields);
        try {
            out.println(JSON.writeValueAsString(line));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event cannot be written: " + e.getOriginalMessage(), e);
        }
    }
}
