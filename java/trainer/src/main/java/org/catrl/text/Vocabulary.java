package org.catrl.text;

import com.fasterxml.jackson.databind.JsonNode;
import it.unimi.dsi.fastutil.objects.Object2IntMap;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.nio.file.Path;
import java.util.Map;

/** The tokens that a tokenizer.json names, with their ids: the model's vocabulary and the added tokens. */
final class Vocabulary {
    /** The most that an id may be: no table of tokens has ten million rows. */
    private static final int MOST = 10_000_000;

    private final Path file;
    private final Object2IntMap<String> ids = new Object2IntOpenHashMap<>();
    private int size;

    private Vocabulary(Path file) {
        this.file = file;
        ids.defaultReturnValue(-1);
    }

    /** The vocabulary of a file. @throws TokenizerException when it has none, or an id that cannot be */
    static Vocabulary of(Path file, JsonNode tree) throws TokenizerException {
        Vocabulary vocabulary = new Vocabulary(file);
        JsonNode vocab = tree.path("model").path("vocab");
        if (vocab.isObject()) {
            for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
                vocabulary.put(entry.getKey(), entry.getValue());
            }
        } else if (vocab.isArray()) {
            for (JsonNode piece : vocab) {
                vocabulary.ids.put(piece.path(0).asText(), vocabulary.size++);
            }
        } else {
            throw new TokenizerException(file, "has no model.vocab; it must be the tokenizer.json of a fast tokenizer",
                    null);
        }
        for (JsonNode added : tree.path("added_tokens")) {
            vocabulary.put(added.path("content").asText(), added.path("id"));
        }
        return vocabulary;
    }

    private void put(String token, JsonNode id) throws TokenizerException {
        if (!id.isInt() || id.intValue() < 0 || id.intValue() >= MOST) {
            throw new TokenizerException(file, "the token \"" + token + "\" has the id " + id + "; it must be from 0 "
                    + "and below " + MOST, null);
        }
        ids.put(token, id.intValue());
        size = Math.max(size, id.intValue() + 1);
    }

    /** A token's id, -1 for what is not there. */
    int id(String token) {
        return ids.getInt(token);
    }

    /** Whether there is such a token. */
    boolean holds(String token) {
        return ids.containsKey(token);
    }

    /** One more than the largest id. */
    int size() {
        return size;
    }
}
