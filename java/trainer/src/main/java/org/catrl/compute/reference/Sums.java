package org.catrl.compute.reference;

/** What an op adds to a buffer, held in doubles, so that a BF16 buffer is rounded once however many terms there are. */
final class Sums {
    private final ReferenceBuffer buffer;
    private final double[] values;

    /** Starts from the first count elements that are stored. */
    Sums(ReferenceBuffer buffer, long count) {
        this.buffer = buffer;
        this.values = new double[Math.toIntExact(count)];
        for (int i = 0; i < values.length; i++) {
            values[i] = buffer.get(i);
        }
    }

    /** Starts from 0. */
    static Sums zero(ReferenceBuffer buffer, long count) {
        for (long i = 0; i < count; i++) {
            buffer.set(i, 0);
        }
        return new Sums(buffer, count);
    }

    void add(long i, double value) {
        values[(int) i] += value;
    }

    void store() {
        for (int i = 0; i < values.length; i++) {
            buffer.set(i, values[i]);
        }
    }
}
