package org.catrl.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;

/** A JSONL file of prompts with their gold answers, for evaluation; training reads it by {@link JsonLines}. */
public final class LabelledLines {
    private LabelledLines() { }

    /**
     * The prompts with their answers.
     *
     * @param fields where prompt and answer stand
     * @throws DataException naming file and line, also when a line has no answer
     */
    public static List<LabelledPrompt> read(Path file, FieldMapping fields) {
        return JsonLines.read(file, (id, row, where) -> new LabelledPrompt(JsonLines.prompt(id, row, fields, where),
                fields.gold(answer(fields.answer(), row, where), where)));
    }

    /**
     * The prompts with their answers, from fields called so.
     *
     * @throws DataException naming file and line
     */
    public static List<LabelledPrompt> read(Path file) {
        return read(file, FieldMapping.PLAIN);
    }

    private static String answer(String field, JsonNode row, String where) {
        JsonNode answer = row.path(field);
        if (answer.isMissingNode() || answer.isNull() || answer.isBoolean()) {
            throw new DataException(where + ": evaluation needs the field \"" + field + "\" (text or number), found "
                    + (answer.isMissingNode() ? "no such field" : answer));
        }
        return answer.isValueNode() ? answer.asText() : answer.toString();
    }
}
