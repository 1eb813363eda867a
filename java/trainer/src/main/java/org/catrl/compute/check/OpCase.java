package org.catrl.compute.check;

import java.util.List;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;

/**
 * One op at one size, in one storage type.
 *
 * @param name    the op and its size
 * @param storage the storage type
 * @param depth   how many numbers the longest sum behind an output runs over: what the tolerance is derived from
 * @param chain   whether an output is computed from others that were rounded to the storage type on the way
 * @param run     makes the inputs, runs the op, and returns what it wrote
 */
public record OpCase(String name, DType storage, int depth, boolean chain, Run run) {
    /** A run of the op. */
    public interface Run {
        /** The outputs of the op on the arena's backend, in the order of its arguments. */
        List<Buffer> on(Arena arena);
    }

    /**
     * How far an element of an output may be from the reference, when its largest element is of this size. A sum of
     * depth terms in floats is off by about sqrt(depth) roundings of its size, and a few more for what surrounds it;
     * what was rounded to BF16 on either side can differ by one unit in the last of its 8 places, and by another where
     * it was computed from such.
     */
    double tolerance(DType output, double largest) {
        boolean coarse = output == DType.BF16 || chain && storage == DType.BF16;
        return largest * (coarse ? 0x1p-7 : 0x1p-23 * (8 + Math.sqrt(depth)));
    }

    @Override
    public String toString() {
        return storage + " " + name;
    }
}
