package org.catrl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.catrl.compute.reference.ReferenceBackend;
import org.catrl.model.ModelConfig;
import org.catrl.model.Weights;

/** A model folder of a few thousand random parameters over the arithmetic task's alphabet. */
final class TinyModel {
    private static final Path ARITHMETIC = Path.of("../../models/arithmetic");

    private TinyModel() { }

    /** Writes a complete Hugging Face folder. */
    static Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String name : new String[] {"tokenizer.json", "tokenizer_config.json", "generation_config.json"}) {
            Files.copy(ARITHMETIC.resolve(name), folder.resolve(name));
        }
        Files.writeString(folder.resolve("config.json"), Files.readString(ARITHMETIC.resolve("config.json"))
                .replace("\"hidden_size\": 128", "\"hidden_size\": 16")
                .replace("\"intermediate_size\": 344", "\"intermediate_size\": 24")
                .replace("\"num_hidden_layers\": 4", "\"num_hidden_layers\": 2")
                .replace("\"num_attention_heads\": 4", "\"num_attention_heads\": 2")
                .replace("\"num_key_value_heads\": 4", "\"num_key_value_heads\": 1")
                .replace("\"head_dim\": 32", "\"head_dim\": 8"));
        try (ReferenceBackend backend = new ReferenceBackend();
             Weights weights = Weights.random(backend, ModelConfig.read(folder), 1, "test")) {
            weights.save(folder);
        }
        return folder;
    }
}
