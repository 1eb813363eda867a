package org.catrl.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.catrl.compute.DType;
import org.catrl.compute.GluActivation;
import org.catrl.compute.HeadShape;
import org.catrl.folder.FolderFiles;

/** The config.json of a Hugging Face folder. A key that would change the arithmetic and is not computed is an error. */
final class ConfigFile {
    static final String NAME = "config.json";
    static final String GENERATION = "generation_config.json";
    static final JsonMapper JSON = FolderFiles.json();
    /** The way to the files of a model folder. */
    static final FolderFiles FILES = new FolderFiles(ModelFormatException::new);

    /** The model_type of the multimodal Gemma 3, whose text part is a section. */
    private static final String NESTED = "gemma3";
    private static final String TEXT = "text_config";
    private static final String LOCAL_LAYER = "sliding_attention";
    private static final String GLOBAL_LAYER = "full_attention";

    /** The values of what a family's config.json may leave out, beside what every family may. */
    private static final Map<Family, Map<String, Integer>> DEFAULTS = Map.of(
            Family.QWEN3, Map.of("head_dim", 128),
            Family.GEMMA3, Map.ofEntries(Map.entry("vocab_size", 262_208), Map.entry("hidden_size", 2304),
                    Map.entry("intermediate_size", 9216), Map.entry("num_hidden_layers", 26),
                    Map.entry("num_attention_heads", 8), Map.entry("num_key_value_heads", 4),
                    Map.entry("head_dim", 256), Map.entry("max_position_embeddings", 131_072),
                    Map.entry("query_pre_attn_scalar", 256), Map.entry("sliding_window", 4096),
                    Map.entry("sliding_window_pattern", 6), Map.entry("rope_theta", 1_000_000),
                    Map.entry("rope_local_base_freq", 10_000), Map.entry("bos_token_id", 2),
                    Map.entry("eos_token_id", 1)));

    /** Keys of which only the harmless value is computed: null or absent, or what the test says. */
    private static final Map<String, Predicate<JsonNode>> HARMLESS = Map.ofEntries(
            Map.entry("mlp_bias", ConfigFile::isFalse),
            Map.entry("use_sliding_window", ConfigFile::isFalse),
            Map.entry("use_bidirectional_attention", ConfigFile::isFalse),
            Map.entry("use_mrope", ConfigFile::isFalse),
            Map.entry("attention_dropout", ConfigFile::isZero),
            Map.entry("clip_qkv", value -> false),
            Map.entry("partial_rotary_factor", ConfigFile::isOne),
            Map.entry("quantization_config", value -> false),
            Map.entry("final_logit_softcapping", value -> false),
            Map.entry("attn_logit_softcapping", value -> false),
            Map.entry("logit_scale", ConfigFile::isOne),
            Map.entry("logits_scaling", ConfigFile::isOne),
            Map.entry("embedding_multiplier", ConfigFile::isOne),
            Map.entry("residual_multiplier", ConfigFile::isOne),
            Map.entry("attention_multiplier", value -> false),
            Map.entry("num_experts", ConfigFile::isZero),
            Map.entry("num_local_experts", ConfigFile::isZero),
            Map.entry("attention_chunk_size", value -> false),
            Map.entry("no_rope_layers", value -> false));

    private final Path file;
    private final JsonNode json;

    private ConfigFile(Path file, JsonNode json) {
        this.file = file;
        this.json = json;
    }

    /**
     * The model that a config.json describes.
     *
     * @throws ModelFormatException naming key, value and what is wanted
     */
    static ModelConfig read(Path file) throws IOException {
        try {
            JsonNode json = object(file);
            boolean nested = NESTED.equals(json.path("model_type").asText());
            return new ConfigFile(file, nested ? text(file, json) : json).config();
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(file, e.getMessage(), e);
        }
    }

    /** The section of a multimodal model that says what its text part is; its special tokens may stand outside. */
    private static JsonNode text(Path file, JsonNode whole) throws ModelFormatException {
        if (!whole.path(TEXT).isObject()) {
            throw new ModelFormatException(file, "its model_type is " + NESTED + ", but it has no object " + TEXT);
        }
        ObjectNode text = whole.get(TEXT).deepCopy();
        text.put("model_type", text.path("model_type").asText(Family.GEMMA3.modelType()));
        for (String key : List.of("bos_token_id", "eos_token_id", "tie_word_embeddings", "quantization_config")) {
            if (whole.hasNonNull(key) && !text.hasNonNull(key)) {
                text.set(key, whole.get(key));
            }
        }
        return text;
    }

    /** The ids that end a completion: those of generation_config.json, then what {@code config} names besides. */
    static List<Integer> eosTokens(Path file, ModelConfig config) throws IOException {
        List<Integer> named = FolderFiles.has(file)
                ? new ConfigFile(file, object(file)).tokens("eos_token_id") : List.of();
        return Stream.concat(named.stream(), config.eosTokens().stream()).distinct().toList();
    }

    /**
     * The object that a JSON file holds.
     *
     * @throws ModelFormatException when it holds none
     */
    static JsonNode object(Path file) throws IOException {
        JsonNode json = FILES.tree(file);
        if (!json.isObject()) {
            throw new ModelFormatException(file, "is not a JSON object");
        }
        return json;
    }

    private ModelConfig config() throws ModelFormatException {
        Family family = family();
        refuseUnsupported(family);
        HeadShape heads = heads(family);
        int layers = integer(family, "num_hidden_layers");
        return new ModelConfig(family, integer(family, "vocab_size"), integer(family, "hidden_size"), layers,
                integer(family, "intermediate_size"), integer(family, "max_position_embeddings"),
                attention(family, heads, layers), number(json, "rms_norm_eps", 1e-6),
                json.path("tie_word_embeddings").asBoolean(family == Family.GEMMA3),
                new BoundaryTokens(special(family, "bos_token_id").stream().findFirst(),
                        special(family, "eos_token_id")));
    }

    private Family family() throws ModelFormatException {
        String type = json.path("model_type").asText("(absent)");
        return Family.of(type).orElseThrow(() -> wrong("model_type", type, Family.modelTypes()));
    }

    private void refuseUnsupported(Family family) throws ModelFormatException {
        for (Map.Entry<String, Predicate<JsonNode>> entry : HARMLESS.entrySet()) {
            if (json.hasNonNull(entry.getKey()) && !entry.getValue().test(json.get(entry.getKey()))) {
                throw wrong(entry.getKey(), json.get(entry.getKey()), "left out: this is not computed here");
            }
        }
        for (String key : List.of("hidden_act", "hidden_activation")) {
            if (json.hasNonNull(key) && !names(family.activation()).contains(json.get(key).asText())) {
                throw wrong(key, json.get(key), names(family.activation()).get(0) + " in a " + family.modelType()
                        + " model: no other is computed here");
            }
        }
        if (family != Family.QWEN2 && json.path("attention_bias").asBoolean(false)) {
            throw wrong("attention_bias", "true", "false: a bias on the output projection is not computed here");
        }
    }

    private static List<String> names(GluActivation activation) {
        return switch (activation) {
            case SILU -> List.of("silu", "swish");
            case GELU_TANH -> List.of("gelu_pytorch_tanh");
        };
    }

    private HeadShape heads(Family family) throws ModelFormatException {
        int query = integer(family, "num_attention_heads");
        int keyValue = json.hasNonNull("num_key_value_heads") || defaults(family).containsKey("num_key_value_heads")
                ? integer(family, "num_key_value_heads") : query;
        if (json.hasNonNull("head_dim") || defaults(family).containsKey("head_dim")) {
            return new HeadShape(query, keyValue, integer(family, "head_dim"));
        }
        int width = integer(family, "hidden_size");
        if (width % query != 0) {
            throw wrong("num_attention_heads", query, "a divisor of hidden_size, as there is no head_dim");
        }
        return new HeadShape(query, keyValue, width / query);
    }

    private AttentionConfig attention(Family family, HeadShape heads, int layers) throws ModelFormatException {
        JsonNode parameters = json.path("rope_parameters");
        JsonNode global = parameters.has(GLOBAL_LAYER) ? parameters.get(GLOBAL_LAYER)
                : parameters.isObject() ? parameters : json.path("rope_scaling");
        List<Integer> local = localLayers(family, layers);
        Rope rope = rope(global, number(json, "rope_theta", defaults(family).getOrDefault("rope_theta", 10_000)));
        if (family != Family.GEMMA3) {
            if (!local.isEmpty()) {
                throw wrong("layer_types", json.get("layer_types"),
                        "left out: sliding windows are computed for gemma3 only");
            }
            return AttentionConfig.full(heads, rope);
        }
        Rope localRope = rope(parameters.path(LOCAL_LAYER),
                number(json, "rope_local_base_freq", defaults(family).get("rope_local_base_freq")));
        double scalar = number(json, "query_pre_attn_scalar", defaults(family).get("query_pre_attn_scalar"));
        return new AttentionConfig(heads, scalar, rope, local.isEmpty() ? Optional.empty()
                : Optional.of(new AttentionConfig.Local(integer(family, "sliding_window"), localRope, local)));
    }

    /** The layers with a sliding window: by layer_types or, in Gemma, all but every pattern-th. */
    private List<Integer> localLayers(Family family, int layers) throws ModelFormatException {
        JsonNode types = json.path("layer_types");
        if (types.isArray()) {
            return localLayers(types, layers);
        }
        if (family != Family.GEMMA3) {
            return List.of();
        }
        int pattern = integer(family, json.hasNonNull("_sliding_window_pattern") ? "_sliding_window_pattern"
                : "sliding_window_pattern");
        return IntStream.range(0, layers).filter(layer -> (layer + 1) % pattern != 0).boxed().toList();
    }

    private List<Integer> localLayers(JsonNode types, int layers) throws ModelFormatException {
        if (types.size() != layers) {
            throw wrong("layer_types", types, "one per layer, " + layers);
        }
        List<Integer> local = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            switch (types.get(layer).asText()) {
                case LOCAL_LAYER -> local.add(layer);
                case GLOBAL_LAYER -> { }
                default -> throw wrong("layer_types", types, GLOBAL_LAYER + " or " + LOCAL_LAYER + " in each place");
            }
        }
        return local;
    }

    private Rope rope(JsonNode parameters, double theta) throws ModelFormatException {
        return new Rope(number(parameters, "rope_theta", theta), ropeScaling(parameters));
    }

    private Optional<RopeScaling> ropeScaling(JsonNode rope) throws ModelFormatException {
        String type = rope.path("rope_type").asText(rope.path("type").asText("default"));
        if (rope.hasNonNull("partial_rotary_factor") && !isOne(rope.get("partial_rotary_factor"))) {
            throw wrong("partial_rotary_factor", rope.get("partial_rotary_factor"), "1");
        }
        return switch (type) {
            case "default" -> Optional.empty();
            case "linear" -> Optional.of(new RopeScaling.Linear(number(rope, "factor", 0)));
            case "llama3" -> Optional.of(new RopeScaling.Llama3(number(rope, "factor", 0),
                    number(rope, "low_freq_factor", 0), number(rope, "high_freq_factor", 0),
                    rope.path("original_max_position_embeddings").asInt()));
            default -> throw wrong("rope_type", type, "default, linear or llama3");
        };
    }

    private List<Integer> special(Family family, String key) throws ModelFormatException {
        return json.has(key) || !defaults(family).containsKey(key) ? tokens(key) : List.of(defaults(family).get(key));
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

    private static Map<String, Integer> defaults(Family family) {
        return DEFAULTS.getOrDefault(family, Map.of());
    }

    private int integer(Family family, String key) throws ModelFormatException {
        JsonNode value = json.path(key);
        if (!json.hasNonNull(key) && defaults(family).containsKey(key)) {
            return defaults(family).get(key);
        }
        if (!value.isInt() || value.intValue() < 1) {
            throw wrong(key, value.isMissingNode() ? "absent" : value, "a positive integer");
        }
        return value.intValue();
    }

    private double number(JsonNode parent, String key, double otherwise) throws ModelFormatException {
        JsonNode value = parent.path(key);
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

    private static boolean isFalse(JsonNode value) {
        return value.isBoolean() && !value.booleanValue();
    }

    private static boolean isZero(JsonNode value) {
        return value.isNumber() && value.asDouble() == 0;
    }

    private static boolean isOne(JsonNode value) {
        return value.isNumber() && value.asDouble() == 1;
    }

    /** Writes the config.json of a model whose weights are stored in that type. */
    static void write(Path file, ModelConfig config, DType type) throws IOException {
        Files.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json(config, type)));
    }

    /** Writes the generation_config.json of a model: its special tokens. */
    static void writeGeneration(Path file, ModelConfig config) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        putTokens(json, config);
        Files.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    }

    private static void putTokens(ObjectNode json, ModelConfig config) {
        json.put("bos_token_id", config.boundaries().bos().orElse(null));
        json.set("eos_token_id", JSON.valueToTree(
                config.eosTokens().size() == 1 ? config.eosTokens().get(0) : config.eosTokens()));
    }

    private static ObjectNode json(ModelConfig config, DType type) {
        ObjectNode json = JSON.createObjectNode();
        json.putArray("architectures").add(config.family().architecture());
        json.put("model_type", config.family().modelType());
        json.put("vocab_size", config.vocab()).put("hidden_size", config.width());
        json.put("num_hidden_layers", config.layers()).put("num_attention_heads", config.heads().query());
        json.put("num_key_value_heads", config.heads().keyValue()).put("head_dim", config.heads().size());
        json.put("intermediate_size", config.ffn()).put("max_position_embeddings", config.maxPositions());
        json.put(config.family() == Family.GEMMA3 ? "hidden_activation" : "hidden_act",
                names(config.family().activation()).get(0));
        json.put("rms_norm_eps", config.epsilon());
        putAttention(json, config);
        json.put("attention_bias", config.family().queryKeyValueBias()).put("tie_word_embeddings", config.tied());
        putTokens(json, config);
        return json.put("initializer_range", 0.02)
                .put("torch_dtype", type == DType.F32 ? "float32" : "bfloat16").put("use_cache", true);
    }

    private static void putAttention(ObjectNode json, ModelConfig config) {
        AttentionConfig attention = config.attention();
        json.put("rope_theta", attention.rope().theta());
        json.set("rope_scaling", attention.rope().scaling().map(ConfigFile::json).orElse(null));
        if (config.family() != Family.GEMMA3) {
            return;
        }
        json.set("query_pre_attn_scalar", number(attention.scalar()));
        ArrayNode types = json.putArray("layer_types");
        for (int layer = 0; layer < config.layers(); layer++) {
            types.add(attention.window(layer) > 0 ? LOCAL_LAYER : GLOBAL_LAYER);
        }
        attention.local().ifPresent(local ->
                json.put("sliding_window", local.window()).put("rope_local_base_freq", local.rope().theta()));
    }

    /** The number without a fraction where it has none: transformers takes no 24.0 for an integer. */
    static JsonNode number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1L << 53 ? JSON.getNodeFactory().numberNode((long) value)
                : JSON.getNodeFactory().numberNode(value);
    }

    private static ObjectNode json(RopeScaling scaling) {
        ObjectNode json = JSON.createObjectNode();
        if (scaling instanceof RopeScaling.Llama3 llama) {
            return json.put("rope_type", "llama3").put("factor", llama.factor())
                    .put("low_freq_factor", llama.lowFreqFactor()).put("high_freq_factor", llama.highFreqFactor())
                    .put("original_max_position_embeddings", llama.originalContext());
        }
        return json.put("rope_type", "linear").put("factor", ((RopeScaling.Linear) scaling).factor());
    }
}
