package org.catrl.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.catrl.compute.reference.ReferenceBackend;
import org.catrl.folder.HostileFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders that others made: files that are none, and adapters whose arithmetic is not computed here. */
@Tag("hostile")
class HostileFolderTest {
    private static final Path GOOD = Path.of("src/test/resources/org/catrl/model/tiny-random-qwen3");

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(temporary.resolve("model"));
        for (String name : new String[] {"config.json", "model.safetensors"}) {
            Files.copy(GOOD.resolve(name), folder.resolve(name));
        }
    }

    @Test
    void nothingButFilesOfTheFolderIsRead() throws IOException {
        for (Map.Entry<String, HostileFiles.Harm> harm : HostileFiles.all().entrySet()) {
            refused("generation_config.json", harm, () -> ModelConfig.read(folder));
            refused("config.json", harm, () -> ModelConfig.read(folder));
            refused("model.safetensors", harm, this::load);
            refused("adapter_config.json", harm, () -> AdapterConfig.read(folder.resolve("adapter_config.json")));
            refused("adapter_config.json", harm, () -> LoraFiles.base(folder));
        }
    }

    private void refused(String name, Map.Entry<String, HostileFiles.Harm> harm, Executable read) throws IOException {
        Path file = folder.resolve(name);
        Path aside = temporary.resolve("aside");
        if (Files.exists(file)) {
            Files.move(file, aside);
        }
        harm.getValue().to(file);
        String message = assertTimeoutPreemptively(Duration.ofSeconds(20), () ->
                assertThrows(ModelFormatException.class, read)).getMessage();
        assertTrue(message.startsWith(file.toString()) && message.contains(harm.getKey()), message);
        Files.delete(file);
        if (Files.exists(aside)) {
            Files.move(aside, file);
        }
    }

    private void load() throws IOException {
        try (ReferenceBackend backend = new ReferenceBackend()) {
            Weights.load(backend, folder, "weights").close();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"init_lora_weights | \"pissa\"",
        "init_lora_weights | \"pissa_niter_16\"", "init_lora_weights | \"olora\"", "init_lora_weights | \"corda\"",
        "init_lora_weights | \"loftq\"", "init_lora_weights | \"lora_ga\"", "init_lora_weights | \"PiSSA\"",
        "init_lora_weights | {\"a\": 1}", "use_dora | true", "use_qalora | true", "lora_bias | true",
        "fan_in_fan_out | true", "bias | \"all\"", "bias | \"lora_only\"", "rank_pattern | {\"q_proj\": 4}",
        "alpha_pattern | {\"q_proj\": 4}", "layers_to_transform | [0]", "layers_to_transform | 0",
        "layers_pattern | \"layers\"", "modules_to_save | [\"lm_head\"]", "exclude_modules | \"q_proj\"",
        "exclude_modules | [\"q_proj\"]", "target_parameters | [\"w\"]", "trainable_token_indices | [1]",
        "trainable_token_indices | {\"embed_tokens\": [1]}", "megatron_config | {\"a\": 1}",
        "layer_replication | [[0, 2]]", "loftq_config | {\"loftq_bits\": 4}", "corda_config | {\"a\": 1}",
        "alora_invocation_tokens | [5]", "arrow_config | {\"a\": 1}", "ensure_weight_tying | true",
        "a_method_of_next_year | 1", "a_method_of_next_year | 0", "a_method_of_next_year | \"on\"",
        "use_rslora | \"yes\"", "use_rslora | 1", "peft_type | \"VERA\"", "peft_type | null"})
    void anAdapterOfOtherArithmeticIsRefusedByName(String key, String value) throws IOException {
        String message = refusal(key, value);
        assertTrue(message.contains(": " + key + " is " + value.replace(": ", ":").replace(", ", ",")
                + "; it must be "), message);
        assertFalse(key.equals("init_lora_weights") && !message.contains("path_initial_model_for_weight_conversion"),
                message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"init_lora_weights | true", "init_lora_weights | false",
        "init_lora_weights | \"gaussian\"", "init_lora_weights | \"eva\"", "init_lora_weights | \"orthogonal\"",
        "init_lora_weights | null", "eva_config | {\"rho\": 2.0}", "lora_dropout | 0.05", "inference_mode | false",
        "megatron_core | \"megatron.core\"", "peft_version | \"0.18.0\"", "qalora_group_size | 16",
        "revision | \"main\"",
        "auto_mapping | {\"unsloth_fixed\": true}", "loftq_config | {}", "layers_to_transform | []",
        "modules_to_save | null", "bias | \"none\"", "a_method_of_next_year | null", "a_method_of_next_year | false",
        "a_method_of_next_year | []", "task_type | null", "use_rslora | false", "use_rslora | null"})
    void whatLeavesTheArithmeticAloneIsNoObstacle(String key, String value) throws IOException {
        assertEquals(new LoraSettings(4, 8, Set.of(LoraTarget.Q_PROJ, LoraTarget.V_PROJ)), settings(key, value));
    }

    @Test
    void aRankStabilisedAdapterIsScaledByTheRoot() throws IOException {
        assertEquals(8 / Math.sqrt(4), settings("use_rslora", "true").scale());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "target_modules | \".*self_attn.[qv]_proj\" | a text is a regular expression to PEFT, which is not read here",
        "target_modules | \"q_proj\" | a text is a regular expression",
        "target_modules | [] | a list of some of [q_proj",
        "target_modules | null | a list of some of [q_proj",
        "target_modules | [\"lm_head\"] | a list of some of [q_proj",
        "target_modules | [1] | a list of some of", "target_modules | {\"q_proj\": 1} | a list of some of",
        "r | 0 | r is 0; it must be 1 or more", "r | -1 | 1 or more", "r | 1.5 | two numbers",
        "r | \"8\" | two numbers",
        "r | 99999999999 | two numbers", "lora_alpha | 1e999 | lora_alpha is", "lora_alpha | 1e300 | a float can hold",
        "lora_alpha | 0 | a positive number", "lora_alpha | \"16\" | two numbers", "lora_alpha | null | two numbers"})
    void aSettingThatIsNoneIsNamed(String key, String value, String message) throws IOException {
        String refusal = refusal(key, value);
        assertTrue(refusal.contains(message), refusal);
    }

    @Test
    void everyLinearLayerMayBeNamedAtOnce() throws IOException {
        assertEquals(Set.of(LoraTarget.values()), settings("target_modules", "\"all-linear\"").targets());
    }

    @Test
    void anAbsurdRankTakesNoMemory() throws IOException {
        write("r", "2000000000");
        Files.copy(GOOD.resolve("model.safetensors"), folder.resolve("adapter_model.safetensors"));
        try (ReferenceBackend backend = new ReferenceBackend(); Weights base = Weights.load(backend, folder, "base")) {
            Map<String, Long> held = backend.ledger().byOwner();
            String message = assertThrows(ModelFormatException.class, () -> LoraFiles.load(base, folder, "adapter"))
                    .getMessage();
            assertTrue(message.contains("lacks tensor base_model.model.model.layers.0.self_attn.q_proj"), message);
            assertEquals(held, backend.ledger().byOwner());
        }
    }

    @Test
    void aBaseThatCanBeNoFolderIsNamed() throws IOException {
        for (String base : new String[] {"\"a\\u0000b\"", "\"\"", "null", "7", "[\"x\"]",
            "\"meta-llama/Llama-3.1-8B\""}) {
            write("base_model_name_or_path", base);
            String message = assertThrows(ModelFormatException.class, () -> LoraFiles.base(folder)).getMessage();
            assertTrue(message.contains("it must be the folder of the model that the adapter belongs to"), message);
        }
    }

    private String refusal(String key, String value) throws IOException {
        return assertThrows(ModelFormatException.class, () -> settings(key, value)).getMessage();
    }

    private LoraSettings settings(String key, String value) throws IOException {
        return AdapterConfig.read(write(key, value));
    }

    /** The configuration of a plain adapter, with another value of one key. */
    private Path write(String key, String value) throws IOException {
        ObjectNode json = (ObjectNode) ConfigFile.JSON.readTree("{\"peft_type\": \"LORA\", \"r\": 4, "
                + "\"lora_alpha\": 8, \"target_modules\": [\"q_proj\", \"v_proj\"], "
                + "\"base_model_name_or_path\": \"base\"}");
        json.set(key, ConfigFile.JSON.readTree(value));
        return Files.write(folder.resolve("adapter_config.json"), ConfigFile.JSON.writeValueAsBytes(json));
    }
}
