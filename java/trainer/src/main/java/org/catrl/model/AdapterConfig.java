package org.catrl.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The adapter_config.json of PEFT. Every key that is not known to leave the arithmetic alone must be empty or have the
 * value that is computed here: a method of PEFT that is newer than this class is then refused, not ignored.
 */
final class AdapterConfig {
    /** Keys that are read below, or say where an adapter comes from or how it was trained, whatever their value. */
    private static final Set<String> READ = Set.of("peft_type", "base_model_name_or_path", "auto_mapping",
            "peft_version", "revision", "task_type", "inference_mode", "lora_dropout", "megatron_core", "eva_config",
            "qalora_group_size", "r", "lora_alpha", "target_modules", "use_rslora");
    private static final String START = "init_lora_weights";
    /** Ways to begin that leave the model's own weights as they are, so that those saved here are all there is. */
    private static final Set<String> PLAIN_STARTS = Set.of("true", "false", "gaussian", "eva", "orthogonal");
    private static final String REFUSED_START = "true: this way to begin also changes the model's own weights, which "
            + "the adapter's file does not hold; save it with PEFT's path_initial_model_for_weight_conversion, which "
            + "makes a plain adapter of it";

    /** Keys that may have a value that is not empty. */
    private static final Map<String, Predicate<JsonNode>> HARMLESS = Map.of(
            START, value -> PLAIN_STARTS.contains(value.asText()),
            "bias", value -> value.asText().equals("none"));

    private final Path file;
    private final JsonNode json;

    private AdapterConfig(Path file, JsonNode json) {
        this.file = file;
        this.json = json;
    }

    /**
     * The settings that an adapter_config.json holds.
     *
     * @throws ModelFormatException naming key and value
     */
    static LoraSettings read(Path file) throws IOException {
        AdapterConfig config = new AdapterConfig(file, ConfigFile.object(file));
        config.refuseUnsupported();
        return config.settings();
    }

    private void refuseUnsupported() throws ModelFormatException {
        if (!json.path("peft_type").asText().equals("LORA")) {
            throw wrong("peft_type", json.path("peft_type"), "LORA");
        }
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            String key = entry.getKey();
            if (!READ.contains(key) && !isNothing(entry.getValue())
                    && !HARMLESS.getOrDefault(key, any -> false).test(entry.getValue())) {
                throw wrong(key, entry.getValue(), key.equals(START) ? REFUSED_START
                        : "left out: this is not computed here");
            }
        }
    }

    private static boolean isNothing(JsonNode value) {
        return value.isNull() || value.isBoolean() && !value.booleanValue()
                || value.isContainerNode() && value.isEmpty() || value.isTextual() && value.textValue().isEmpty();
    }

    private LoraSettings settings() throws ModelFormatException {
        JsonNode rank = json.path("r");
        JsonNode alpha = json.path("lora_alpha");
        if (!rank.isInt() || !alpha.isNumber()) {
            throw wrong("r, lora_alpha", rank + ", " + alpha, "two numbers");
        }
        try {
            LoraSettings settings = new LoraSettings(rank.intValue(), alpha.doubleValue() * rootScale(rank.intValue()),
                    targets());
            if (Float.isInfinite((float) settings.scale())) {
                throw wrong("lora_alpha", alpha, "a number that a float can hold");
            }
            return settings;
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(file, e.getMessage(), e);
        }
    }

    /** What makes lora_alpha / r the lora_alpha / sqrt(r) of use_rslora. */
    private double rootScale(int rank) throws ModelFormatException {
        JsonNode given = json.path("use_rslora");
        if (!isNothing(given) && !given.isMissingNode() && !given.isBoolean()) {
            throw wrong("use_rslora", given, "true or false");
        }
        return given.asBoolean() ? Math.sqrt(rank) : 1;
    }

    private Set<LoraTarget> targets() throws ModelFormatException {
        JsonNode names = json.path("target_modules");
        if (names.asText().equals("all-linear")) {
            return EnumSet.allOf(LoraTarget.class);
        }
        if (names.isTextual()) {
            throw wrong("target_modules", names, "a list: a text is a regular expression to PEFT, which is not read "
                    + "here; write the names that it matches, of " + LoraTarget.moduleNames());
        }
        Set<LoraTarget> targets = EnumSet.noneOf(LoraTarget.class);
        for (JsonNode name : names) {
            targets.add(LoraTarget.of(name.asText()).orElseThrow(() -> noTargets(names)));
        }
        if (targets.isEmpty()) {
            throw noTargets(names);
        }
        return targets;
    }

    private ModelFormatException noTargets(JsonNode names) {
        return wrong("target_modules", names.isMissingNode() ? "absent" : names, "a list of some of "
                + LoraTarget.moduleNames());
    }

    private ModelFormatException wrong(String key, Object value, String wanted) {
        String text = value.toString();
        return new ModelFormatException(file, key + " is " + (text.length() <= 300 ? text : text.substring(0, 300)
                + "...") + "; it must be " + wanted);
    }
}
