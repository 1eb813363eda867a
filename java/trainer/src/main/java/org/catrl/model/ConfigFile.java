package org.catrl.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.catrl.compute.Heads;

/** config.json of a Hugging Face folder. A key that would change the arithmetic and is not computed is an error. */
final class ConfigFile {
    static final String NAME = "config.json";
    static final String GENERATION = "generation_config.json";
    static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    /** Keys of which only the harmless value is computed: null or absent, or what the test says. */
    private static final Map<String, Predicate<JsonNode>> HARMLESS = Map.ofEntries(
            Map.entry("hidden_act", value -> value.asText().equals("silu") || value.asText().equals("swish")),
            Map.entry("mlp_bias", ConfigFile::off),
            Map.entry("use_sliding_window", ConfigFile::off),
            Map.entry("use_mrope", ConfigFile::off),
            Map.entry("attention_dropout", value -> value.asDouble() == 0),
            Map.entry("partial_rotary_factor", value -> value.asDouble() == 1),
            Map.entry("quantization_config", value -> false),
            Map.entry("final_logit_softcapping", value -> false),
            Map.entry("attn_logit_softcapping", value -> false),
            Map.entry("logit_scale", value -> value.asDouble() == 1),
            Map.entry("layer_types", ConfigFile::allFull));

    private final Path file;
    private final JsonNode json;

    private ConfigFile(Path file, JsonNode json) {
        this.file = file;
        this.json = json;
    }

    static ModelConfig read(Path file) throws IOException {
        try {
            return new ConfigFile(file, object(file)).config();
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(file, e.getMessage(), e);
        }
    }

    /** The ids that end a completion by generation_config.json, or those of {@code config} when it names none. */
    static List<Integer> eosTokens(Path file, ModelConfig config) throws IOException {
        List<Integer> named = Files.exists(file) ? new ConfigFile(file, object(file)).tokens("eos_token_id") : List.of();
        return named.isEmpty() ? config.eosTokens() : named;
    }

    /** A JSON file whose top is an object. */
    static JsonNode object(Path file) throws IOException {
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            if (!json.isObject()) {
                throw new ModelFormatException(file, "is not a JSON object");
            }
            return json;
        } catch (NoSuchFileException e) {
            throw new ModelFormatException(file, "there is no such file; a model folder must have it", e);
        } catch (JsonProcessingException e) {
            throw new ModelFormatException(file, "is not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    private ModelConfig config() throws ModelFormatException {
        Family family = family();
        refuseUnsupported(family);
        JsonNode rope = json.hasNonNull("rope_parameters") ? json.get("rope_parameters") : json.path("rope_scaling");
        return new ModelConfig(family, integer("vocab_size"), integer("hidden_size"), integer("num_hidden_layers"),
                heads(family), integer("intermediate_size"), integer("max_position_embeddings"), ropeTheta(rope),
                ropeScaling(rope), number(json, "rms_norm_eps", 1e-6), json.path("tie_word_embeddings").asBoolean(false),
                tokens("bos_token_id").stream().findFirst(), tokens("eos_token_id"));
    }

    private Family family() throws ModelFormatException {
        String type = json.path("model_type").asText("(absent)");
        return Family.of(type).orElseThrow(() -> wrong("model_type", type, "llama, qwen2 or qwen3"));
    }

    private void refuseUnsupported(Family family) throws ModelFormatException {
        for (Map.Entry<String, Predicate<JsonNode>> entry : HARMLESS.entrySet()) {
            if (json.hasNonNull(entry.getKey()) && !entry.getValue().test(json.get(entry.getKey()))) {
                throw wrong(entry.getKey(), json.get(entry.getKey()), "left out: this is not computed here");
            }
        }
        if (family != Family.QWEN2 && json.path("attention_bias").asBoolean(false)) {
            throw wrong("attention_bias", "true", "false: a bias on the output projection is not computed here");
        }
    }

    private Heads heads(Family family) throws ModelFormatException {
        int query = integer("num_attention_heads");
        int keyValue = json.hasNonNull("num_key_value_heads") ? integer("num_key_value_heads") : query;
        if (json.hasNonNull("head_dim")) {
            return new Heads(query, keyValue, integer("head_dim"));
        }
        if (family == Family.QWEN3) {
            return new Heads(query, keyValue, 128);
        }
        if (query < 1 || integer("hidden_size") % query != 0) {
            throw wrong("num_attention_heads", query, "a divisor of hidden_size, as there is no head_dim");
        }
        return new Heads(query, keyValue, integer("hidden_size") / query);
    }

    private double ropeTheta(JsonNode rope) throws ModelFormatException {
        return number(rope.hasNonNull("rope_theta") ? rope : json, "rope_theta", 10000);
    }

    private Optional<RopeScaling> ropeScaling(JsonNode rope) throws ModelFormatException {
        String type = rope.path("rope_type").asText(rope.path("type").asText("default"));
        if (rope.hasNonNull("partial_rotary_factor") && rope.get("partial_rotary_factor").asDouble() != 1) {
            throw wrong("partial_rotary_factor", rope.get("partial_rotary_factor"), "1");
        }
        return switch (type) {
            case "default" -> Optional.empty();
            case "llama3" -> Optional.of(new RopeScaling(number(rope, "factor", 0), number(rope, "low_freq_factor", 0),
                    number(rope, "high_freq_factor", 0), rope.path("original_max_position_embeddings").asInt()));
            default -> throw wrong("rope_type", type, "default or llama3");
        };
    }

    private List<Integer> tokens(String key) throws ModelFormatException {
        List<Integer> ids = new ArrayList<>();
        JsonNode value = json.path(key);
        for (JsonNode id : value.isArray() ? value : List.of(value)) {
            if (id.isInt()) {
                ids.add(id.intValue());
            } else if (!id.isNull() && !id.isMissingNode()) {
                throw wrong(key, value, "a token id, a list of them, or null");
            }
        }
        return ids;
    }

    private int integer(String key) throws ModelFormatException {
        JsonNode value = json.path(key);
        if (!value.isInt() || value.intValue() < 1) {
            throw wrong(key, value.isMissingNode() ? "absent" : value, "a positive integer");
        }
        return value.intValue();
    }

    private double number(JsonNode from, String key, double otherwise) throws ModelFormatException {
        JsonNode value = from.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isNumber()) {
            throw wrong(key, value, "a number");
        }
        return value.doubleValue();
    }

    private ModelFormatException wrong(String key, Object value, String wanted) {
        return new ModelFormatException(file, key + " is " + value + "; it must be " + wanted);
    }

    private static boolean off(JsonNode value) {
        return value.isBoolean() && !value.booleanValue();
    }

    private static boolean allFull(JsonNode types) {
        for (JsonNode type : types) {
            if (!type.asText().equals("full_attention")) {
                return false;
            }
        }
        return true;
    }

    static void write(Path file, ModelConfig config) throws IOException {
        Files.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json(config)));
    }

    static void writeGeneration(Path file, ModelConfig config) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        putTokens(json, config);
        Files.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    }

    private static void putTokens(ObjectNode json, ModelConfig config) {
        json.put("bos_token_id", config.bosToken().orElse(null));
        json.set("eos_token_id", JSON.valueToTree(
                config.eosTokens().size() == 1 ? config.eosTokens().get(0) : config.eosTokens()));
    }

    private static ObjectNode json(ModelConfig config) {
        ObjectNode json = JSON.createObjectNode();
        json.putArray("architectures").add(config.family().architecture());
        json.put("model_type", config.family().modelType());
        json.put("vocab_size", config.vocab()).put("hidden_size", config.width());
        json.put("num_hidden_layers", config.layers()).put("num_attention_heads", config.heads().query());
        json.put("num_key_value_heads", config.heads().keyValue()).put("head_dim", config.heads().size());
        json.put("intermediate_size", config.ffn()).put("max_position_embeddings", config.maxPositions());
        json.put("hidden_act", "silu").put("rms_norm_eps", config.epsilon()).put("rope_theta", config.ropeTheta());
        json.set("rope_scaling", config.ropeScaling().map(ConfigFile::json).orElse(null));
        json.put("attention_bias", config.family().queryKeyValueBias()).put("tie_word_embeddings", config.tied());
        putTokens(json, config);
        return json.put("initializer_range", 0.02).put("torch_dtype", "float32").put("use_cache", true);
    }

    private static ObjectNode json(RopeScaling scaling) {
        return JSON.createObjectNode().put("rope_type", "llama3").put("factor", scaling.factor())
                .put("low_freq_factor", scaling.lowFreqFactor()).put("high_freq_factor", scaling.highFreqFactor())
                .put("original_max_position_embeddings", scaling.originalContext());
    }
}
