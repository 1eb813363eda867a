package org.catrl.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.catrl.compute.Backend;
import org.catrl.compute.HeadShape;
import org.catrl.compute.reference.ReferenceBackend;
import org.catrl.model.AttentionConfig;
import org.catrl.model.Family;
import org.catrl.model.ModelConfig;
import org.catrl.model.Rope;
import org.catrl.model.Weights;

/** A model folder small enough for the reference backend, with the arithmetic task's tokenizer. */
final class TinyModel {
    static final int VOCAB = 32;
    static final int POSITIONS = 64;
    static final int END = 20;

    private TinyModel() { }

    /** config.json and the tokenizer. */
    static void describe(Path folder) throws IOException {
        new ModelConfig(Family.LLAMA, VOCAB, 16, 2, new HeadShape(4, 2, 4), 24, POSITIONS,
                AttentionConfig.full(4, Rope.of(10000)), 1e-5,
                true, Optional.empty(), List.of(END)).write(folder);
        for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(Path.of("../../models/arithmetic", name), folder.resolve(name));
        }
    }

    /** A whole folder, with random weights. */
    static void create(Path folder) throws IOException {
        describe(folder);
        try (Backend backend = new ReferenceBackend();
                Weights weights = Weights.random(backend, ModelConfig.read(folder), 11, "weights")) {
            weights.save(folder);
        }
    }
}
