package org.catrl.model;

import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;

/** The cosines and sines of RoPE, F32[positions, D]; grows to the longest sequence seen. */
final class RotaryTable implements AutoCloseable {
    private final Backend backend;
    private final Rope rope;
    private final int size;
    private final String owner;
    private Buffer table;
    private int positions;

    /**
     * A table of no positions yet.
     *
     * @param size D, elements of a head
     */
    RotaryTable(Backend backend, Rope rope, int size, String owner) {
        this.backend = backend;
        this.rope = rope;
        this.size = size;
        this.owner = owner;
    }

    /** Makes the table hold positions 0 .. wanted at least, of at most {@code most}. */
    void reserve(int wanted, int most) {
        if (wanted > positions) {
            close();
            positions = Math.min(most, Math.max(wanted, 2 * positions));
            table = backend.allocate(DType.F32, (long) positions * size, owner);
            fill();
        }
    }

    /** The table F32[positions, D], of the positions reserved or more. */
    Buffer table() {
        return table;
    }

    /** Writes the table as transformers does: frequencies, angles and results are rounded to F32 one after another. */
    private void fill() {
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
        float[] frequencies = new float[size / 2];
        for (int d = 0; d < frequencies.length; d++) {
            float power = (float) StrictMath.pow(rope.theta(), (float) (2 * d) / size);
            float frequency = 1 / power;
            frequencies[d] = rope.scaling().map(scaling -> scaling.apply(frequency)).orElse(frequency);
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
