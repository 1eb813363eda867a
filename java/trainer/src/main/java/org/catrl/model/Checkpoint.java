package org.catrl.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The tensors of a model folder: model.safetensors, or the shards that model.safetensors.index.json lists. */
final class Checkpoint implements AutoCloseable {
    static final String SINGLE = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";

    private static final Pattern SHARD_NAME = Pattern.compile("[^/\\\\\\x00]+\\.safetensors");

    private final Path folder;
    private final Map<String, SafetensorsFile> files = new LinkedHashMap<>();
    private final Map<String, SafetensorsFile> fileOf = new TreeMap<>();

    private Checkpoint(Path folder) {
        this.folder = folder;
    }

    /**
     * The checkpoint of a folder, its files open.
     *
     * @throws ModelFormatException naming what is wrong with them
     */
    static Checkpoint open(Path folder) throws IOException {
        Checkpoint checkpoint = new Checkpoint(folder);
        try {
            if (Files.exists(folder.resolve(SINGLE)) || !Files.exists(folder.resolve(INDEX))) {
                checkpoint.openSingle();
            } else {
                checkpoint.openShards(folder.resolve(INDEX));
            }
            return checkpoint;
        } catch (IOException | RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    private void openSingle() throws IOException {
        SafetensorsFile file = file(SINGLE);
        file.tensors().keySet().forEach(name -> fileOf.put(name, file));
    }

    private void openShards(Path index) throws IOException {
        JsonNode map = ConfigFile.object(index).path("weight_map");
        if (!map.isObject()) {
            throw new ModelFormatException(index, "has no object weight_map");
        }
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            SafetensorsFile shard = file(inside(index, entry.getKey(), entry.getValue()));
            if (!shard.tensors().containsKey(entry.getKey())) {
                throw new ModelFormatException(shard.path(), "lacks tensor '" + entry.getKey() + "', which "
                        + index.getFileName() + " says it holds");
            }
            fileOf.put(entry.getKey(), shard);
        }
        requireListed(index);
    }

    private String inside(Path index, String name, JsonNode shard) throws ModelFormatException {
        // shards lie beside their index; a name with a folder in it is not of a model that anybody saved
        if (!shard.isTextual() || !SHARD_NAME.matcher(shard.textValue()).matches()) {
            throw new ModelFormatException(index, "weight_map puts '" + name + "' in " + shard
                    + "; it must be the name of a file beside it");
        }
        return shard.textValue();
    }

    private void requireListed(Path index) throws ModelFormatException {
        for (SafetensorsFile shard : files.values()) {
            for (String name : shard.tensors().keySet()) {
                if (fileOf.get(name) != shard) {
                    throw new ModelFormatException(shard.path(), "holds tensor '" + name + "', which "
                            + index.getFileName() + " does not say");
                }
            }
        }
    }

    private SafetensorsFile file(String name) throws IOException {
        SafetensorsFile file = files.get(name);
        if (file == null) {
            file = SafetensorsFile.open(folder.resolve(name));
            files.put(name, file);
        }
        return file;
    }

    /** The file of each tensor, sorted by the tensor's name. */
    Map<String, SafetensorsFile> fileOf() {
        return fileOf;
    }

    @Override
    public void close() throws IOException {
        for (SafetensorsFile file : files.values()) {
            file.close();
        }
    }
}
