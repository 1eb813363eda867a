package org.catrl.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A JSONL file of prompts: per line an object with a text {@code prompt} and, where known, an {@code answer} (text or
 * number). Other fields are ignored, blank lines are skipped. A prompt's id is its place among the prompts, from 0.
 */
public final class JsonLines {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JsonLines() { }

    /** The prompts without their answers: all that training may read. @throws DataException naming file and line */
    public static List<Prompt> prompts(Path file) {
        return read(file, (id, row, where) -> new Prompt(id, prompt(row, where)));
    }

    /** The prompts with their answers, for evaluation. @throws DataException also when a line has no answer */
    public static List<LabelledPrompt> labelled(Path file) {
        return read(file, (id, row, where) ->
                new LabelledPrompt(new Prompt(id, prompt(row, where)), answer(row, where)));
    }

    /** Supervised examples: a {@code prompt} and its {@code completion}. @throws DataException naming file and line */
    public static List<Example> examples(Path file) {
        return read(file, (id, row, where) -> 
                new Example(prompt(row, where), text("completion", row, where)));
    }

    private interface RowReader<T> {
        T read(int id, JsonNode row, String where);
    }

    private static <T> List<T> read(Path file, RowReader<T> reader) {
        List<T> rows = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String where = file + ", line " + ++number;
                if (!line.isBlank()) {
                    rows.add(reader.read(rows.size(), object(line, where), where));
                }
            }
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read: " + reason(e), e);
        }
        if (rows.isEmpty()) {
            throw new DataException(file + ": the file holds no prompt; write one JSON object a line, "
                    + "{\"prompt\": \"...\"}");
        }
        return rows;
    }

    private static JsonNode object(String line, String where) {
        try {
            JsonNode row = JSON.readTree(line);
            if (!row.isObject()) {
                throw new DataException(where + ": a JSON object is needed, found " + shortened(line));
            }
            return row;
        } catch (JsonProcessingException e) {
            throw new DataException(where + ": not JSON (" + e.getOriginalMessage() + "): " + shortened(line), e);
        }
    }

    private static String prompt(JsonNode row, String where) {
        return text("prompt", row, where);
    }

    private static String text(String field, JsonNode row, String where) {
        JsonNode text = row.path(field);
        if (!text.isTextual() || text.textValue().isEmpty()) {
            throw new DataException(where + ": the field \"" + field + "\" must be a text that is not empty, found "
                    + (text.isMissingNode() ? "no such field" : text));
        }
        return text.textValue();
    }

    private static String answer(JsonNode row, String where) {
        JsonNode answer = row.path("answer");
        if (!answer.isTextual() && !answer.isNumber()) {
            throw new DataException(where + ": evaluation needs the field \"answer\" (text or number), found "
                    + (answer.isMissingNode() ? "no such field" : answer));
        }
        return answer.asText();
    }

    private static String shortened(String line) {
        return line.length() <= 80 ? line : line.substring(0, 80) + "...";
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.NoSuchFileException ? "there is no such file"
                : e instanceof java.nio.charset.CharacterCodingException ? "it is not UTF-8" : e.toString();
    }
}
