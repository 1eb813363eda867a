package org.catrl.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.catrl.text.Excerpt;

/** Supervised examples in the rows of a file, in any of the forms that are common. */
final class ExampleRows {
    private static final String ASSISTANT = "assistant";
    /** ShareGPT's names of who speaks. */
    private static final Map<String, String> ROLES = Map.of("human", "user", "user", "user", "gpt", ASSISTANT,
            ASSISTANT, ASSISTANT, "system", "system");

    /** The most that the characters and the messages of a conversation come to, multiplied. */
    private static final long MOST_WORK = 200_000_000;

    private ExampleRows() { }

    /**
     * The examples of a row: one, or of a conversation one for each of the assistant's turns.
     *
     * @param where file and line, for messages
     */
    static List<Example> of(JsonNode row, String where) {
        if (row.has("completion")) {
            return completed(row, where);
        } else if (row.has("messages")) {
            return answers(turns("messages", row, where), 0, where);
        } else if (row.has("conversations")) {
            return answers(shareGpt(row.path("conversations"), where), 0, where);
        } else if (row.has("text")) {
            return List.of(Example.ofText(JsonLines.text("text", row, where)));
        } else if (row.has("prompt")) {
            return completed(row, where); // and so told what it lacks
        }
        throw new DataException(where + ": an example must have the fields \"prompt\" and \"completion\", or "
                + "\"messages\", \"conversations\" or \"text\"; found " + names(row));
    }

    private static List<String> names(JsonNode row) {
        List<String> names = new ArrayList<>();
        row.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<Example> completed(JsonNode row, String where) {
        if (!row.path("prompt").isArray()) {
            return List.of(new Example(JsonLines.text("prompt", row, where), JsonLines.text("completion", row, where)));
        }
        List<Turn> turns = new ArrayList<>(turns("prompt", row, where));
        int asked = turns.size();
        turns.addAll(row.path("completion").isArray() ? turns("completion", row, where)
                : List.of(new Turn(ASSISTANT, JsonLines.text("completion", row, where))));
        return answers(turns, asked, where);
    }

    private static List<Turn> turns(String field, JsonNode row, String where) {
        return JsonLines.turns(row.path(field), field, where);
    }

    private static List<Turn> shareGpt(JsonNode messages, String where) {
        List<Turn> turns = new ArrayList<>();
        for (JsonNode message : messages) {
            String role = ROLES.get(message.path("from").asText());
            if (role == null || !message.path("value").isTextual()) {
                throw new DataException(where + ": a message in \"conversations\" must have a \"from\" of "
                        + "human, gpt or system and a text \"value\", found "
                        + Excerpt.of(message.toString()));
            }
            turns.add(new Turn(role, message.path("value").textValue()));
        }
        return turns;
    }

    /**
     * An example for every turn of the assistant that answers something.
     *
     * @param from the first turn that may be learned
     */
    private static List<Example> answers(List<Turn> turns, int from, String where) {
        requireFew(turns, where);
        List<Example> answers = new ArrayList<>();
        for (int i = Math.max(1, from); i < turns.size(); i++) {
            if (turns.get(i).role().equals(ASSISTANT)) {
                requireText(turns.get(i), i, where);
                answers.add(Example.of(turns.subList(0, i), turns.get(i).content()));
            }
        }
        if (answers.isEmpty()) {
            throw new DataException(where + ": the conversation holds no turn of the assistant that answers something");
        }
        return answers;
    }

    /** Every answer's example holds all that was said before it. */
    private static void requireFew(List<Turn> turns, String where) {
        long characters = turns.stream().mapToLong(turn -> turn.content().length()).sum();
        if (characters * turns.size() > MOST_WORK) {
            throw new DataException(where + ": a conversation of " + turns.size() + " messages with " + characters
                    + " characters is too long to be learned answer by answer; split it");
        }
    }

    private static void requireText(Turn turn, int place, String where) {
        if (turn.content().isEmpty()) {
            throw new DataException(where + ": message " + (place + 1) + ", which is to be learned, is empty");
        }
    }
}
