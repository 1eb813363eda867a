package org.catrl.compute;

import java.util.List;

/**
 * One op at one size: what the contract tests check.
 *
 * @param name  the op and its size
 * @param depth how many numbers the longest sum behind an output runs over: what the tolerance is derived from
 * @param run   makes the inputs, runs the op, and returns what it wrote
 */
record OpCase(String name, int depth, Run run) {
    /** Runs on the arena's backend. */
    interface Run {
        List<Buffer> on(Arena arena);
    }

    @Override
    public String toString() {
        return name;
    }
}
