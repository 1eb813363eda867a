package org.catrl.record;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.catrl.text.Utf8;

/**
 * The record of one run: {@code recipe.yaml} as resolved, {@code metrics.jsonl} with a line a step,
 * {@code groups.jsonl} with the evidence of every group, {@code summary.json}, and {@code model/}. Every line is
 * flushed when written, so that a run that is stopped leaves what it did. Half a surrogate pair is written as U+FFFD.
 */
public final class RunFolder implements AutoCloseable {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmmss");
    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .build();

    private final Path folder;
    private final Writer metrics;
    private final Writer groups;

    private RunFolder(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
        this.metrics = Utf8.writer(folder.resolve("metrics.jsonl"));
        this.groups = Utf8.writer(folder.resolve("groups.jsonl"));
    }

    /** The folder {@code runs/DATE-TIME-NAME} under another. */
    public static Path named(Path parent, String name, LocalDateTime time) {
        return parent.resolve("runs").resolve(STAMP.format(time) + "-" + name);
    }

    /**
     * The record of a new run; its folder is made where it is not there.
     *
     * @throws RunFolderException when the folder holds another run's record, or cannot be made
     */
    public static RunFolder create(Path folder) {
        if (Files.exists(folder.resolve("metrics.jsonl"))) {
            throw new RunFolderException(folder + ": holds the record of another run; choose another --out");
        }
        try {
            return new RunFolder(folder);
        } catch (IOException e) {
            throw new RunFolderException(folder + ": the run's folder cannot be made: " + e, e);
        }
    }

    /** The folder itself. */
    public Path folder() {
        return folder;
    }

    /** The folder that the trained model goes to. */
    public Path model() {
        return folder.resolve("model");
    }

    /** Writes {@code recipe.yaml}: the settings as they are in force, every default spelled out. */
    public void recipe(String yaml) {
        text("recipe.yaml", yaml);
    }

    /** Writes a line of {@code metrics.jsonl}: the step, then the metrics in their order. NaN is written as null. */
    public void metrics(int step, Map<String, ? extends Number> values) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", step);
        values.forEach((name, value) -> line.put(name, Double.isFinite(value.doubleValue()) ? value : null));
        append(metrics, line);
    }

    /** Writes a line of {@code groups.jsonl}; records become objects. */
    public void group(Object evidence) {
        append(groups, evidence);
    }

    /** Writes {@code summary.json}: what the run came to. */
    public void summary(Object summary) {
        try {
            text("summary.json", JSON.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsString(summary) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void text(String name, String text) {
        try {
            Files.writeString(folder.resolve(name), Utf8.wellFormed(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void append(Writer writer, Object line) {
        try {
            JSON.writeValue(writer, line);
            writer.write('\n');
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try (metrics; groups) {
            metrics.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
