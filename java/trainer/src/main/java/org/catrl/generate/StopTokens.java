package org.catrl.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.catrl.model.ModelConfig;
import org.catrl.model.ModelFormatException;

/** The tokens that end a text of a model, by its folder. */
public final class StopTokens {
    private static final String FILE = "generation_config.json";

    private StopTokens() { }

    /** eos_token_id of the folder's generation_config.json, as transformers goes by; without it, config.json's. */
    public static List<Integer> of(Path folder, ModelConfig config) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return config.eosTokens();
        }
        JsonNode eos;
        try {
            eos = new ObjectMapper().readTree(file.toFile()).path("eos_token_id");
        } catch (IOException e) {
            throw new ModelFormatException(file, "is not valid JSON: " + e.getMessage(), e);
        }
        return eos.isMissingNode() || eos.isNull() ? config.eosTokens() : ids(file, eos);
    }

    private static List<Integer> ids(Path file, JsonNode eos) throws ModelFormatException {
        List<Integer> ids = new ArrayList<>();
        for (JsonNode id : eos.isArray() ? eos : List.of(eos)) {
            if (!id.isInt()) {
                throw new ModelFormatException(file, "eos_token_id is " + eos + "; it must be a token id or a list of "
                        + "them");
            }
            ids.add(id.intValue());
        }
        return List.copyOf(ids);
    }
}
