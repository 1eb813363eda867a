package org.catrl.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;

/** Every layer's {@link RotaryTable}; layers of equal {@link Rope} share one. */
final class RotaryTables implements AutoCloseable {
    private final int maxPositions;
    private final Map<Rope, RotaryTable> tables = new LinkedHashMap<>();
    private final List<RotaryTable> ofLayer = new ArrayList<>();

    RotaryTables(Backend backend, ModelConfig config, String owner) {
        maxPositions = config.maxPositions();
        for (int layer = 0; layer < config.layers(); layer++) {
            ofLayer.add(tables.computeIfAbsent(config.attention().rope(layer),
                    rope -> new RotaryTable(backend, rope, config.heads().size(), owner)));
        }
    }

    /**
     * Makes the tables long enough for sequences of at most this length: before a pass over them.
     *
     * @throws IllegalArgumentException when the model takes fewer positions
     */
    void reserve(int positions) {
        if (positions > maxPositions) {
            throw new IllegalArgumentException("a sequence of " + positions + " tokens is longer than the model's "
                    + "max_position_embeddings, " + maxPositions);
        }
        tables.values().forEach(table -> table.reserve(positions, maxPositions));
    }

    /** A layer's table F32[positions, D], for the positions reserved or more. */
    Buffer of(int layer) {
        return ofLayer.get(layer).table();
    }

    @Override
    public void close() {
        tables.values().forEach(RotaryTable::close);
    }
}
