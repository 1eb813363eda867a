package org.catrl.model;

import java.util.List;
import org.catrl.compute.Buffer;

/**
 * What an optimizer updates: a whole model's parameters, or an adapter's.
 *
 * @param flat          F32, all parameters
 * @param copy          the same rounded to the storage type, which the optimizer renews too; null when they are one
 * @param decayedLength how many leading elements are decayed
 * @param slices        where each tensor stands in flat
 * @param repack        renews the packed forms: to be run after an update
 * @param tensors       the tensors as files hold them
 */
record Trainable(Buffer flat, Buffer copy, long decayedLength, List<Slice> slices, Runnable repack,
                 FlatTensors tensors) {
    /**
     * A tensor's place in the flat buffer.
     *
     * @param name   as files call it
     * @param offset its first element
     * @param length how many elements it has
     */
    public record Slice(String name, long offset, long length) { }
}
