package org.catrl.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.catrl.text.Excerpt;

/**
 * A JSONL file of prompts: per line an object with a prompt and, where known, its answer, in the fields that a
 * {@link FieldMapping} names. Other fields are ignored, blank lines are skipped. A prompt's id is its place among the
 * prompts, from 0.
 */
public final class JsonLines {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Characters of a line that a message shows. */
    private static final int SHOWN = 80;

    private JsonLines() { }

    /**
     * The prompts without their answers: all that training may read.
     *
     * @throws DataException naming file and line
     */
    public static List<Prompt> prompts(Path file, FieldMapping fields) {
        return read(file, (id, row, where) -> prompt(id, row, fields, where));
    }

    /**
     * The prompts of a file whose field is called prompt.
     *
     * @throws DataException naming file and line
     */
    public static List<Prompt> prompts(Path file) {
        return prompts(file, FieldMapping.PLAIN);
    }

    /**
     * Supervised examples, a row each in one of these forms: {@code prompt} and {@code completion}, both texts or both
     * lists of messages; {@code messages}, a conversation; {@code conversations}, the same as ShareGPT writes it;
     * {@code text}, learned from its first token on. Of a conversation every turn of the assistant is an example of its
     * own, behind all turns before it.
     *
     * @throws DataException naming file and line
     */
    public static List<Example> examples(Path file) {
        return read(file, (id, row, where) -> ExampleRows.of(row, where)).stream().flatMap(List::stream).toList();
    }

    /** Makes one row of a file into what is wanted of it. */
    interface RowReader<T> {
        /**
         * What the row says.
         *
         * @param id    its place among the rows, from 0
         * @param where file and line, for messages
         */
        T read(int id, JsonNode row, String where);
    }

    /** The rows of a file, blank lines left out */
    static <T> List<T> read(Path file, RowReader<T> reader) {
        List<T> rows = new ArrayList<>();
        Lines.read(file, (line, where) -> {
            if (!line.isBlank()) {
                rows.add(reader.read(rows.size(), object(line, where), where));
            }
        });
        if (rows.isEmpty()) {
            throw new DataException(file + ": the file holds no prompt; write one JSON object a line, "
                    + "{\"prompt\": \"...\"}");
        }
        return rows;
    }

    /** The place "FILE, line 7" of a row, from 0 and blank lines left out: where a prompt of that id stands. */
    public static String place(Path file, int id) {
        List<String> places = new ArrayList<>();
        Lines.read(file, (line, where) -> {
            if (!line.isBlank()) {
                places.add(where);
            }
        });
        return id < places.size() ? places.get(id) : file.toString();
    }

    private static JsonNode object(String line, String where) {
        try {
            JsonNode row = JSON.readTree(line);
            if (!row.isObject()) {
                throw new DataException(where + ": a JSON object is needed, found " + Excerpt.of(line, SHOWN));
            }
            return row;
        } catch (JsonProcessingException e) {
            throw new DataException(where + ": not JSON" + wrongFrom(e) + ": " + Excerpt.of(line, SHOWN), e);
        }
    }

    /** Where a line is wrong; the parser knows no place where one of its limits is passed. */
    private static String wrongFrom(JsonProcessingException e) {
        return e.getLocation() == null ? ": nested too deeply, or too long a name or number"
                : " from character " + e.getLocation().getColumnNr() + " on";
    }

    /** The prompt of a row. */
    static Prompt prompt(int id, JsonNode row, FieldMapping fields, String where) {
        JsonNode given = row.path(fields.prompt());
        return given.isArray() && !given.isEmpty() ? Prompt.of(id, turns(given, fields.prompt(), where))
                : new Prompt(id, fields.asked(text(fields.prompt(), row, where)));
    }

    /** The messages of a conversation. */
    static List<Turn> turns(JsonNode messages, String field, String where) {
        List<Turn> turns = new ArrayList<>();
        for (JsonNode message : messages) {
            JsonNode role = message.path("role");
            JsonNode content = message.path("content");
            if (!role.isTextual() || !content.isTextual()) {
                throw new DataException(where + ": a message in \"" + field
                        + "\" must have a text role and a text content, found " + Excerpt.of(message.toString()));
            }
            turns.add(new Turn(role.textValue(), content.textValue()));
        }
        return turns;
    }

    /** A field that must be a text. */
    static String text(String field, JsonNode row, String where) {
        JsonNode text = row.path(field);
        if (!text.isTextual() || text.textValue().isEmpty()) {
            throw new DataException(where + ": the field \"" + field + "\" must be a text that is not empty, found "
                    + (text.isMissingNode() ? "no such field" : Excerpt.of(text.toString())));
        }
        return text.textValue();
    }

    /** Why a file cannot be read. */
    static String reason(IOException e) {
        return e instanceof NoSuchFileException ? "there is no such file"
                : e instanceof AccessDeniedException ? "permission denied" : e.toString();
    }
}
