package org.catrl.compute;

import java.util.Arrays;
import java.util.Random;

/** Seeded inputs in one backend's memory: two arenas with the same seed hold the same values. */
final class Arena {
    private final Backend backend;
    private final Random random;

    Arena(Backend backend, long seed) {
        this.backend = backend;
        this.random = new Random(seed);
    }

    Backend backend() {
        return backend;
    }

    /** Normal numbers. */
    Buffer floats(long count) {
        float[] values = new float[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return of(values);
    }

    /** Uniform numbers in [low, high). */
    Buffer uniform(long count, double low, double high) {
        float[] values = new float[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (low + (high - low) * random.nextDouble());
        }
        return of(values);
    }

    /** What reads an element that nobody wrote must show. */
    Buffer nans(long count) {
        float[] values = new float[(int) count];
        Arrays.fill(values, Float.NaN);
        return of(values);
    }

    /** Integers in [0, bound). */
    Buffer ints(int count, int bound) {
        return of(random.ints(count, 0, bound).toArray());
    }

    Buffer of(float... values) {
        return backend.allocate(DType.F32, values.length, "test").put(values);
    }

    Buffer of(int... values) {
        return backend.allocate(DType.I32, values.length, "test").put(values);
    }

    Buffer doubles(int count) {
        return backend.allocate(DType.F64, count, "test");
    }

    Buffer packed(Buffer weight, int n, int k) {
        Buffer packed = backend.allocate(DType.F32, backend.packedLength(n, k), "test");
        backend.pack(packed, weight, n, k);
        return packed;
    }

    /** Sequences of these lengths, all positions from 0, in a cache whose blocks are handed out in no order. */
    Rows sequences(int... lengths) {
        int count = Arrays.stream(lengths).sum();
        int[] positions = new int[count];
        int[] sequenceOf = new int[count];
        int width = (Arrays.stream(lengths).max().orElseThrow() + Rows.BLOCK - 1) / Rows.BLOCK;
        int[] table = new int[lengths.length * width];
        int blocks = blocks(lengths);
        int row = 0;
        int block = 0;
        for (int s = 0; s < lengths.length; s++) {
            for (int t = 0; t < lengths[s]; t++, row++) {
                positions[row] = t;
                sequenceOf[row] = s;
                if (t % Rows.BLOCK == 0) {
                    table[s * width + t / Rows.BLOCK] = blocks - 1 - block++ * 7 % blocks;
                }
            }
        }
        return new Rows(count, lengths.length, width, of(positions), of(sequenceOf), of(table));
    }

    /** Cache blocks of {@link #sequences}: a number that 7 does not divide, so that no block is handed out twice. */
    static int blocks(int... lengths) {
        int used = Arrays.stream(lengths).map(length -> (length + Rows.BLOCK - 1) / Rows.BLOCK).sum();
        return used % 7 == 0 ? used + 1 : used;
    }
}
