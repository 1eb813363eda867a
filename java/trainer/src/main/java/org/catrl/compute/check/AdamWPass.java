package org.catrl.compute.check;

import java.util.List;
import org.catrl.compute.AdamWStep;
import org.catrl.compute.Buffer;

/** AdamW over a flat F32 buffer that has a copy in the storage type, which passes read. */
public final class AdamWPass {
    private AdamWPass() { }

    /**
     * The update, which writes the weight and its copy.
     *
     * @param a      where the operands are made
     * @param length elements of the flat buffer
     * @param step   the settings of the update
     */
    public static OpCall withCopy(Arena a, long length, AdamWStep step) {
        Buffer weight = a.floats(length);
        Buffer copy = a.stored(length);
        Buffer gradient = a.floats(length);
        Buffer first = a.floats(length);
        Buffer second = a.uniform(length, 0.01, 1);
        return new OpCall(() -> a.backend().adamw(weight, gradient, first, second, copy, step),
                List.of(weight, copy));
    }
}
