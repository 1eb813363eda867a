package org.catrl.bench;

import java.util.Random;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;

/**
 * Random operands in the device's memory: a stretch of numbers drawn on the host, over and over. They are closed with
 * the backend.
 */
final class DeviceData {
    /** A prime, so that no matrix row or cache block begins where another one did. */
    private static final int STRETCH = 1_000_003;
    /** The copies of an operand together, far above a device's cache: what was read is gone when read again. */
    private static final long SPREAD_BYTES = 512L << 20;

    private final Backend backend;
    private final Random random = new Random(1);

    DeviceData(Backend backend) {
        this.backend = backend;
    }

    /** BF16, normal. */
    Buffer stored(long length) {
        return normal(DType.BF16, length, 1);
    }

    /** F32 or BF16, normal with this deviation. */
    Buffer normal(DType type, long length, double deviation) {
        Buffer made = backend.allocate(type, length, "benchmark");
        fillNormal(made, deviation);
        return made;
    }

    void fillNormal(Buffer buffer, double deviation) {
        float[] values = new float[(int) Math.min(STRETCH, buffer.length())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        repeat(buffer, values);
    }

    /** F32, uniform in [0, 1). */
    Buffer uniform(long length) {
        Buffer made = backend.allocate(DType.F32, length, "benchmark");
        float[] values = new float[(int) Math.min(STRETCH, length)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        repeat(made, values);
        return made;
    }

    private void repeat(Buffer buffer, float[] values) {
        buffer.write(0, values, 0, values.length);
        for (long done = values.length; done < buffer.length();) {
            long count = Math.min(done, buffer.length() - done);
            backend.copy(buffer.slice(done, count), buffer.slice(0, count));
            done += count;
        }
    }

    /** Zeros. */
    Buffer made(DType type, long length) {
        return backend.allocate(type, length, "benchmark");
    }

    Buffer ids(int count, int bound) {
        return of(random.ints(count, 0, bound).toArray());
    }

    Buffer of(int... values) {
        return made(DType.I32, values.length).put(values);
    }

    /** How many operands of so many bytes an op goes round over, so that it finds none of them in the cache. */
    static int rounds(long bytes) {
        return (int) Math.max(1, Math.min(DeviceBench.QUEUED, (SPREAD_BYTES + bytes - 1) / bytes));
    }
}
