package org.catrl.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import it.unimi.dsi.fastutil.objects.Object2IntMap;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.io.IOException;
import java.nio.file.Path;

/** The tokens that a tokenizer.json names, with their ids: the model's vocabulary and the added tokens. */
final class Vocabulary {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Vocabulary() { }

    /** The ids by token, -1 for what is not there. @param json the bytes of that file */
    static Object2IntMap<String> read(Path file, byte[] json) throws IOException {
        JsonNode tree = parse(file, json);
        Object2IntOpenHashMap<String> ids = new Object2IntOpenHashMap<>();
        ids.defaultReturnValue(-1);
        JsonNode vocab = tree.path("model").path("vocab");
        if (vocab.isObject()) {
            vocab.fields().forEachRemaining(entry -> ids.put(entry.getKey(), entry.getValue().asInt(-1)));
        } else if (vocab.isArray()) {
            for (int id = 0; id < vocab.size(); id++) {
                ids.put(vocab.get(id).path(0).asText(), id);
            }
        } else {
            throw new TokenizerException(file, "has no model.vocab; it must be the tokenizer.json of a fast tokenizer",
                    null);
        }
        for (JsonNode added : tree.path("added_tokens")) {
            ids.put(added.path("content").asText(), added.path("id").asInt(-1));
        }
        return ids;
    }

    private static JsonNode parse(Path file, byte[] json) throws IOException {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new TokenizerException(file, "is not valid JSON: " + e.getOriginalMessage(), e);
        }
    }
}
