package org.catrl.model;

import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;

/** The cosines and sines of RoPE, F32[positions, D]; grows to the longest sequence seen. */
final class RotaryTable implements AutoCloseable {
    private final Backend backend;
    private final ModelConfig config;
    private final String owner;
    private Buffer table;
    private int positions;

    RotaryTable(Backend backend, ModelConfig config, String owner) {
        this.backend = backend;
        this.config = config;
        this.owner = owner;
    }

    /**
     * The table for positions 0 .. wanted, or for more.
     *
     * @throws IllegalArgumentException when the model takes fewer
     */
    Buffer upTo(int wanted) {
        if (wanted > config.maxPositions()) {
            throw new IllegalArgumentException("a sequence of " + wanted + " tokens is longer than the model's "
                    + "max_position_embeddings, " + config.maxPositions());
        }
        if (wanted > positions) {
            close();
            positions = Math.min(config.maxPositions(), Math.max(wanted, 2 * positions));
            table = backend.allocate(DType.F32, (long) positions * config.heads().size(), owner);
            fill();
        }
        return table;
    }

    /** As transformers does: frequencies, angles and results are rounded to F32 one after another. */
    private void fill() {
        int size = config.heads().size();
        float[] frequencies = frequencies();
        float[] row = new float[size];
        for (int position = 0; position < positions; position++) {
            for (int d = 0; d < size / 2; d++) {
                float angle = position * frequencies[d];
                row[d] = (float) StrictMath.cos(angle);
                row[size / 2 + d] = (float) StrictMath.sin(angle);
            }
            table.write((long) position * size, row, 0, size);
        }
    }

    private float[] frequencies() {
        float[] frequencies = new float[config.heads().size() / 2];
        for (int d = 0; d < frequencies.length; d++) {
            float power = (float) StrictMath.pow(config.ropeTheta(), (float) (2 * d) / config.heads().size());
            float frequency = 1 / power;
            frequencies[d] = config.ropeScaling().map(scaling -> scaling.apply(frequency)).orElse(frequency);
        }
        return frequencies;
    }

    @Override
    public void close() {
        if (table != null) {
            table.close();
        }
    }
}
