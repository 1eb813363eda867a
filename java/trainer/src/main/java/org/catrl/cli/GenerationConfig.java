package org.catrl.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.catrl.model.ModelConfig;
import org.catrl.model.ModelFormatException;

/** What generation_config.json of a Hugging Face folder says about ending a text. */
final class GenerationConfig {
    static final String NAME = "generation_config.json";

    private GenerationConfig() { }

    /** Its eos_token_id, one or several; the model configuration's where the file or the key is absent. */
    static List<Integer> stopTokens(Path folder, ModelConfig config) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            return config.eosTokens();
        }
        JsonNode eos = read(file).path("eos_token_id");
        if (eos.isMissingNode() || eos.isNull()) {
            return config.eosTokens();
        }
        List<JsonNode> ids = eos.isArray() ? StreamSupport.stream(eos.spliterator(), false).toList() : List.of(eos);
        for (JsonNode id : ids) {
            if (!id.isInt() || id.intValue() < 0 || id.intValue() >= config.vocab()) {
                throw new ModelFormatException(file, "eos_token_id holds " + id + "; it must be an id below vocab_size "
                        + config.vocab());
            }
        }
        return ids.stream().map(JsonNode::intValue).toList();
    }

    private static JsonNode read(Path file) throws IOException {
        try {
            return JsonMapper.builder().build().readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new ModelFormatException(file, "is not valid JSON: " + e.getOriginalMessage(), e);
        }
    }
}
