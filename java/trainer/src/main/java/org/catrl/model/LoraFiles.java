package org.catrl.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;

/** An adapter in PEFT's format: adapter_config.json and adapter_model.safetensors. */
public final class LoraFiles {
    public static final String CONFIG = "adapter_config.json";
    static final String TENSORS = "adapter_model.safetensors";
    private static final String BASE = "base_model_name_or_path";

    /** Keys of which only the harmless value is computed: null or absent, or what the test says. */
    private static final Map<String, Predicate<JsonNode>> HARMLESS = Map.ofEntries(
            Map.entry("use_dora", LoraFiles::isFalse), Map.entry("use_rslora", LoraFiles::isFalse),
            Map.entry("lora_bias", LoraFiles::isFalse), Map.entry("use_qalora", LoraFiles::isFalse),
            Map.entry("bias", value -> value.asText().equals("none")),
            Map.entry("modules_to_save", LoraFiles::isNothing), Map.entry("rank_pattern", LoraFiles::isNothing),
            Map.entry("alpha_pattern", LoraFiles::isNothing), Map.entry("layer_replication", LoraFiles::isNothing),
            Map.entry("layers_to_transform", value -> false), Map.entry("layers_pattern", LoraFiles::isNothing),
            Map.entry("exclude_modules", LoraFiles::isNothing), Map.entry("target_parameters", LoraFiles::isNothing),
            Map.entry("trainable_token_indices", value -> false), Map.entry("megatron_config", value -> false),
            Map.entry("fan_in_fan_out", LoraFiles::isFalse));

    private LoraFiles() { }

    /** Whether a folder holds an adapter, and not a model. */
    public static boolean isAdapter(Path folder) {
        return Files.exists(folder.resolve(CONFIG)) && !Files.exists(folder.resolve(ConfigFile.NAME));
    }

    /** The folder of configuration and tokenizer: the folder itself or, of an adapter, that of its model. */
    public static Path modelFolder(Path folder) throws IOException {
        return isAdapter(folder) ? base(folder) : folder;
    }

    /**
     * The folder of the model that an adapter was made for: base_model_name_or_path, seen from the adapter's folder or,
     * where that is not one, from the working directory.
     */
    public static Path base(Path folder) throws IOException {
        JsonNode name = ConfigFile.object(folder.resolve(CONFIG)).path(BASE);
        for (Path candidate : name.isTextual() ? new Path[] {folder.resolve(name.textValue()),
                Path.of(name.textValue())} : new Path[0]) {
            if (Files.exists(candidate.resolve(ConfigFile.NAME))) {
                return candidate.normalize();
            }
        }
        throw new ModelFormatException(folder.resolve(CONFIG), BASE + " is " + name + "; it must be the folder of the "
                + "model that the adapter belongs to");
    }

    /**
     * The settings that an adapter_config.json holds.
     *
     * @throws ModelFormatException naming key and value
     */
    static LoraSettings settings(Path file) throws IOException {
        JsonNode json = ConfigFile.object(file);
        if (!json.path("peft_type").asText().equals("LORA")) {
            throw wrong(file, "peft_type", json.path("peft_type"), "LORA");
        }
        for (Map.Entry<String, Predicate<JsonNode>> entry : HARMLESS.entrySet()) {
            if (json.hasNonNull(entry.getKey()) && !entry.getValue().test(json.get(entry.getKey()))) {
                throw wrong(file, entry.getKey(), json.get(entry.getKey()), "left out: this is not computed here");
            }
        }
        if (!json.path("r").isInt() || !json.path("lora_alpha").isNumber()) {
            throw wrong(file, "r, lora_alpha", json.path("r") + ", " + json.path("lora_alpha"), "two numbers");
        }
        try {
            return new LoraSettings(json.get("r").intValue(), json.get("lora_alpha").doubleValue(),
                    targets(file, json.path("target_modules")));
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(file, e.getMessage(), e);
        }
    }

    private static Set<LoraTarget> targets(Path file, JsonNode names) throws ModelFormatException {
        Set<LoraTarget> targets = EnumSet.noneOf(LoraTarget.class);
        if (names.asText().equals("all-linear")) {
            return EnumSet.allOf(LoraTarget.class);
        }
        for (JsonNode name : names) {
            targets.add(LoraTarget.of(name.asText()).orElseThrow(() ->
                    wrong(file, "target_modules", names, "a list of some of " + LoraTarget.moduleNames())));
        }
        return targets;
    }

    private static ModelFormatException wrong(Path file, String key, Object value, String wanted) {
        return new ModelFormatException(file, key + " is " + value + "; it must be " + wanted);
    }

    private static boolean isFalse(JsonNode value) {
        return value.isBoolean() && !value.booleanValue();
    }

    private static boolean isNothing(JsonNode value) {
        return value.isContainerNode() && value.isEmpty();
    }

    /** The name of a matrix in PEFT's files: base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight. */
    private static String name(LoraLayout.Module module, char matrix) {
        String base = Layout.name(module.layer(), module.target().path());
        return "base_model.model." + base + ".lora_" + matrix + ".weight";
    }

    /** Where each matrix stands in the flat buffer of an adapter, under its name in PEFT's files. */
    static List<Trainable.Slice> slices(LoraLayout layout) {
        return layout.modules().stream().flatMap(module -> Stream.of(
                new Trainable.Slice(name(module, 'A'), layout.offsetOfA(module), layout.lengthOfA(module)),
                new Trainable.Slice(name(module, 'B'), layout.offsetOfB(module), layout.lengthOfB(module)))).toList();
    }

    /**
     * Reads an adapter for these weights.
     *
     * @param owner whose memory it is, in the ledger
     * @throws ModelFormatException naming the file and what is wrong with it
     */
    public static LoraAdapter load(Weights base, Path folder, String owner) throws IOException {
        LoraAdapter adapter = new LoraAdapter(base.backend(), base.config(), settings(folder.resolve(CONFIG)),
                base.storage(), owner);
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(TENSORS))) {
            requireTensors(file, adapter);
            for (LoraLayout.Module module : adapter.layout().modules()) {
                file.readFinite(name(module, 'A'), adapter.a(module), bytes -> { });
                readB(file, name(module, 'B'), adapter, module);
            }
            adapter.changed();
            return adapter;
        } catch (IOException | RuntimeException e) {
            adapter.close();
            throw e;
        }
    }

    private static void requireTensors(SafetensorsFile file, LoraAdapter adapter) throws ModelFormatException {
        Set<String> extra = new TreeSet<>(file.tensors().keySet());
        int rank = adapter.settings().rank();
        for (LoraLayout.Module module : adapter.layout().modules()) {
            requireShape(file, name(module, 'A'), rank, module.pair().inputs());
            requireShape(file, name(module, 'B'), module.outputs(), rank);
            extra.removeAll(new HashSet<>(Arrays.asList(name(module, 'A'), name(module, 'B'))));
        }
        if (!extra.isEmpty()) {
            throw new ModelFormatException(file.path(), "holds tensor " + extra.iterator().next()
                    + ", which the model and " + CONFIG + " know nothing of");
        }
    }

    private static void requireShape(SafetensorsFile file, String name, long rows, long columns)
            throws ModelFormatException {
        SafetensorsHeader.Entry entry = file.tensors().get(name);
        if (entry == null) {
            throw new ModelFormatException(file.path(), "lacks tensor " + name + ", which " + CONFIG + " asks for");
        }
        if (!Arrays.equals(entry.shape(), new long[] {rows, columns})) {
            throw new ModelFormatException(file.path(), "tensor '" + name + "' has shape "
                    + Arrays.toString(entry.shape()) + ", but the model and " + CONFIG + " ask for [" + rows + ", "
                    + columns + "]");
        }
    }

    private static void readB(SafetensorsFile file, String name, LoraAdapter adapter, LoraLayout.Module module)
            throws IOException {
        int rank = adapter.settings().rank();
        try (Buffer b = adapter.backend().allocate(DType.F32, (long) module.outputs() * rank, "loading")) {
            file.readFinite(name, b, bytes -> { });
            Buffer rowsOfB = adapter.rowsOfB(module);
            float[] merged = rowsOfB.floats();
            float[] read = b.floats();
            for (int row = 0; row < module.outputs(); row++) {
                System.arraycopy(read, row * rank, merged, row * module.pair().rank() + module.firstRank(), rank);
            }
            rowsOfB.put(merged);
        }
    }

    /**
     * Writes an adapter, creating the folder.
     *
     * @param base where its model is, for whoever loads it
     */
    public static void save(LoraAdapter adapter, Path base, Path folder) throws IOException {
        Files.createDirectories(folder);
        Backend backend = adapter.backend();
        int rank = adapter.settings().rank();
        long longest = adapter.layout().modules().stream().mapToLong(LoraLayout.Module::outputs).sum() * rank;
        SortedMap<String, SafetensorsWriter.Tensor> tensors = new TreeMap<>();
        try (Buffer all = backend.allocate(DType.F32, longest, "saving")) {
            long offset = 0;
            for (LoraLayout.Module module : adapter.layout().modules()) {
                Buffer b = all.slice(offset, (long) module.outputs() * rank).put(b(adapter, module));
                offset += b.length();
                tensors.put(name(module, 'A'), new SafetensorsWriter.Tensor(
                        new int[] {rank, module.pair().inputs()}, adapter.a(module)));
                tensors.put(name(module, 'B'), new SafetensorsWriter.Tensor(new int[] {module.outputs(), rank}, b));
            }
            SafetensorsWriter.write(folder.resolve(TENSORS), tensors, DType.F32);
        }
        Files.write(folder.resolve(CONFIG),
                ConfigFile.JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json(adapter.settings(), base)));
    }

    /** The columns of B that are the module's, float[outputs, r]. */
    private static float[] b(LoraAdapter adapter, LoraLayout.Module module) {
        int rank = adapter.settings().rank();
        int width = module.pair().rank();
        float[] wide = adapter.rowsOfB(module).floats();
        float[] columns = new float[module.outputs() * rank];
        for (int row = 0; row < module.outputs(); row++) {
            System.arraycopy(wide, row * width + module.firstRank(), columns, row * rank, rank);
        }
        return columns;
    }

    private static ObjectNode json(LoraSettings settings, Path base) {
        ObjectNode json = ConfigFile.JSON.createObjectNode().put("peft_type", "LORA").put("task_type", "CAUSAL_LM")
                .put(BASE, base.toAbsolutePath().normalize().toString()).put("r", settings.rank())
                .put("lora_dropout", 0.0);
        json.set("lora_alpha", ConfigFile.number(settings.alpha()));
        ArrayNode targets = json.putArray("target_modules");
        settings.targets().stream().sorted().map(LoraTarget::moduleName).forEach(targets::add);
        return json.put("bias", "none").put("fan_in_fan_out", false).put("inference_mode", true)
                .put("init_lora_weights", true).put("use_dora", false).put("use_rslora", false);
    }
}
