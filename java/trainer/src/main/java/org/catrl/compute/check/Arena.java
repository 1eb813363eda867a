package org.catrl.compute.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.PagedRows;

/**
 * Seeded inputs in one backend's memory: two arenas with the same seed hold the same values. What was made here is
 * closed with it.
 */
public final class Arena implements AutoCloseable {
    private final Backend backend;
    private final DType storage;
    private final Random random;
    private final int stretch;
    private final List<Buffer> made = new ArrayList<>();

    /**
     * An arena that holds nothing yet.
     *
     * @param backend the backend whose memory it is
     * @param storage the type of {@link #stored}
     * @param seed    the seed of all values that are made here
     */
    public Arena(Backend backend, DType storage, long seed) {
        this(backend, storage, seed, Integer.MAX_VALUE);
    }

    /**
     * An arena that holds nothing yet, for operands that are too large to be drawn number by number.
     *
     * @param backend the backend whose memory it is
     * @param storage the type of {@link #stored}
     * @param seed    the seed of all values that are made here
     * @param stretch how many numbers of a buffer are drawn; after them they repeat
     */
    public Arena(Backend backend, DType storage, long seed, int stretch) {
        this.backend = backend;
        this.storage = storage;
        this.random = new Random(seed);
        this.stretch = stretch;
    }

    /** An arena whose storage type is F32. */
    public Arena(Backend backend, long seed) {
        this(backend, DType.F32, seed);
    }

    /** The backend whose memory it is. */
    public Backend backend() {
        return backend;
    }

    /** Normal numbers in F32. */
    public Buffer floats(long count) {
        return normal(DType.F32, count, 1);
    }

    /** Normal numbers in the storage type. */
    public Buffer stored(long count) {
        return stored(count, 1);
    }

    /** Normal numbers of this standard deviation in the storage type. */
    public Buffer stored(long count, double deviation) {
        return normal(storage, count, deviation);
    }

    /** Normal numbers of this standard deviation in F32 or BF16. */
    public Buffer normal(DType type, long count, double deviation) {
        Buffer buffer = made(type, count);
        fillNormal(buffer, deviation);
        return buffer;
    }

    /** Overwrites a buffer, F32 or BF16, with normal numbers of this standard deviation. */
    public void fillNormal(Buffer buffer, double deviation) {
        fill(buffer, () -> deviation * random.nextGaussian());
    }

    /** Uniform numbers in F32 in [low, high). */
    public Buffer uniform(long count, double low, double high) {
        return fill(made(DType.F32, count), () -> low + (high - low) * random.nextDouble());
    }

    /** NaNs in the storage type: what reads an element that nobody wrote must show. */
    public Buffer nans(long count) {
        return fill(made(storage, count), () -> Double.NaN);
    }

    private Buffer fill(Buffer buffer, DoubleSupplier number) {
        float[] values = new float[(int) Math.min(stretch, buffer.length())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) number.getAsDouble();
        }
        buffer.write(0, values, 0, values.length);
        for (long done = values.length; done < buffer.length();) {
            long count = Math.min(done, buffer.length() - done);
            backend.copy(buffer.slice(done, count), buffer.slice(0, count));
            done += count;
        }
        return buffer;
    }

    /** Integers in [0, bound). */
    public Buffer ints(int count, int bound) {
        return of(random.ints(count, 0, bound).toArray());
    }

    /** These values in F32. */
    public Buffer of(float... values) {
        return made(DType.F32, values.length).put(values);
    }

    /** These values in I32. */
    public Buffer of(int... values) {
        return made(DType.I32, values.length).put(values);
    }

    /** F64 zeros. */
    public Buffer doubles(int count) {
        return made(DType.F64, count);
    }

    /** Zeros of any type. */
    public Buffer made(DType type, long length) {
        Buffer buffer = backend.allocate(type, length, "check");
        made.add(buffer);
        return buffer;
    }

    /** The form of a weight that linear takes. */
    public Buffer packed(Buffer weight, int n, int k) {
        if (backend.packedLength(n, k) == 0) {
            return weight;
        }
        Buffer packed = made(weight.type(), backend.packedLength(n, k));
        backend.pack(packed, weight, n, k);
        return packed;
    }

    /** Sequences of these lengths, all positions from 0, in a cache whose blocks are handed out in no order. */
    public PagedRows sequences(int... lengths) {
        int count = Arrays.stream(lengths).sum();
        int[] positions = new int[count];
        int[] sequenceOf = new int[count];
        int width = (Arrays.stream(lengths).max().orElseThrow() + PagedRows.BLOCK - 1) / PagedRows.BLOCK;
        int[] table = new int[lengths.length * width];
        int blocks = blocks(lengths);
        int row = 0;
        int block = 0;
        for (int s = 0; s < lengths.length; s++) {
            for (int t = 0; t < lengths[s]; t++, row++) {
                positions[row] = t;
                sequenceOf[row] = s;
                if (t % PagedRows.BLOCK == 0) {
                    table[s * width + t / PagedRows.BLOCK] = blocks - 1 - block++ * 7 % blocks;
                }
            }
        }
        return new PagedRows(count, lengths.length, width, of(positions), of(sequenceOf), of(table));
    }

    /** Cache blocks of {@link #sequences}: a number that 7 does not divide, so that no block is handed out twice. */
    public static int blocks(int... lengths) {
        int used = Arrays.stream(lengths).map(length -> (length + PagedRows.BLOCK - 1) / PagedRows.BLOCK).sum();
        return used % 7 == 0 ? used + 1 : used;
    }

    @Override
    public void close() {
        made.forEach(Buffer::close);
    }
}
