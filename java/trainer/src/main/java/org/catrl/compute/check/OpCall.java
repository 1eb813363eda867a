package org.catrl.compute.check;

import java.util.List;
import org.catrl.compute.Buffer;

/**
 * An op, or a few in a row, bound to operands: what the contract checks once and a benchmark times often. Later runs
 * find what earlier ones wrote.
 *
 * @param run     queues the op
 * @param written what it writes, in the order of its arguments
 */
public record OpCall(Runnable run, List<Buffer> written) {
    /** The buffers that the op has written, after one run. */
    public List<Buffer> once() {
        run.run();
        return written;
    }
}
