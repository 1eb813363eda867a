package org.catrl.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.catrl.compute.DType;

/** An adapter in PEFT's format: adapter_config.json and adapter_model.safetensors. */
public final class LoraFiles {
    public static final String CONFIG = "adapter_config.json";
    static final String TENSORS = "adapter_model.safetensors";
    private static final String BASE = "base_model_name_or_path";

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
        for (Path candidate : candidates(folder, name.asText())) {
            if (Files.exists(candidate.resolve(ConfigFile.NAME))) {
                return candidate.normalize();
            }
        }
        throw new ModelFormatException(folder.resolve(CONFIG), BASE + " is " + name + "; it must be the folder of the "
                + "model that the adapter belongs to");
    }

    private static List<Path> candidates(Path folder, String name) {
        try {
            return name.isEmpty() ? List.of() : List.of(folder.resolve(name), Path.of(name));
        } catch (InvalidPathException e) {
            return List.of(); // a NUL in it: there can be no such folder
        }
    }

    /**
     * Reads an adapter for these weights.
     *
     * @param owner whose memory it is, in the ledger
     * @throws ModelFormatException naming the file and what is wrong with it
     */
    public static LoraAdapter load(Weights base, Path folder, String owner) throws IOException {
        LoraSettings settings = AdapterConfig.read(folder.resolve(CONFIG));
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(TENSORS))) {
            requireTensors(file, new LoraLayout(base.config(), settings)); // before memory is taken
            return opened(file, new LoraAdapter(base.backend(), base.config(), settings, base.storage(), owner));
        }
    }

    private static LoraAdapter opened(SafetensorsFile file, LoraAdapter adapter) throws IOException {
        try {
            read(file, adapter);
            return adapter;
        } catch (IOException | RuntimeException e) {
            adapter.close();
            throw e;
        }
    }

    private static void read(SafetensorsFile file, LoraAdapter adapter) throws IOException {
        adapter.trainable().tensors().read(file, name -> name, adapter.flat());
        adapter.changed();
    }

    /**
     * Reads an adapter of the same shape in place of one.
     *
     * @throws ModelFormatException naming the file and what is wrong with it, before anything is read where the
     *                              folder's adapter has other settings
     */
    public static void restore(LoraAdapter adapter, Path folder) throws IOException {
        LoraSettings settings = AdapterConfig.read(folder.resolve(CONFIG));
        if (!settings.equals(adapter.settings())) {
            throw new ModelFormatException(folder.resolve(CONFIG), "is an adapter of " + settings
                    + ", and the one that is trained of " + adapter.settings());
        }
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(TENSORS))) {
            requireTensors(file, adapter.layout());
            read(file, adapter);
        }
    }

    private static void requireTensors(SafetensorsFile file, LoraLayout layout) throws ModelFormatException {
        Set<String> extra = new TreeSet<>(file.tensors().keySet());
        int rank = layout.settings().rank();
        for (LoraLayout.Module module : layout.modules()) {
            requireShape(file, LoraTensors.name(module, 'A'), rank, module.pair().inputs());
            requireShape(file, LoraTensors.name(module, 'B'), module.outputs(), rank);
            extra.removeAll(new HashSet<>(Arrays.asList(LoraTensors.name(module, 'A'), LoraTensors.name(module, 'B'))));
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

    /**
     * Writes an adapter, creating the folder.
     *
     * @param base where its model is, for whoever loads it
     */
    public static void save(LoraAdapter adapter, Path base, Path folder) throws IOException {
        save(adapter, Elements.of(adapter.flat()), base, folder);
    }

    /** Writes the same files of a state of this adapter; by any thread. */
    public static void save(LoraAdapter adapter, TrainingState state, Path base, Path folder) throws IOException {
        save(adapter, state.weights(), base, folder);
    }

    private static void save(LoraAdapter adapter, Elements flat, Path base, Path folder) throws IOException {
        Files.createDirectories(folder);
        SafetensorsWriter.write(folder.resolve(TENSORS), adapter.trainable().tensors().in(flat), DType.F32);
        Files.write(folder.resolve(CONFIG),
                ConfigFile.JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json(adapter.settings(), base)));
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
