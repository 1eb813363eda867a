package org.catrl.compute;

import java.util.ArrayList;
import java.util.List;

/**
 * One op with arguments that are right, each of which a test can swap for a wrong one.
 *
 * @param op        the op's name
 * @param arguments its buffers, by their names
 * @param body      calls the op with these buffers
 */
record CheckedCall(String op, List<Argument> arguments, Body body) {
    /**
     * @param buffer   a right one, as short as it may be; null where the test passes null
     * @param nullable null is right too
     * @param shape    its length is checked
     */
    record Argument(String name, Buffer buffer, boolean nullable, boolean shape) { }

    /** Calls an op. */
    interface Body {
        void call(Arguments arguments);
    }

    /** A call's buffers, by their names. */
    interface Arguments {
        Buffer get(String name);
    }

    static Builder of(String op) {
        return new Builder(op);
    }

    void run() {
        body.call(this::right);
    }

    /** With one argument swapped. */
    void runWith(String swapped, Buffer other) {
        body.call(name -> name.equals(swapped) ? other : right(name));
    }

    private Buffer right(String name) {
        return arguments.stream().filter(argument -> argument.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(op + " has no argument " + name)).buffer();
    }

    @Override
    public String toString() {
        return op;
    }

    /** Collects the arguments. */
    static final class Builder {
        private final String op;
        private final List<Argument> arguments = new ArrayList<>();

        private Builder(String op) {
            this.op = op;
        }

        Builder with(String name, Buffer buffer) {
            arguments.add(new Argument(name, buffer, false, true));
            return this;
        }

        Builder nullable(String name, Buffer buffer) {
            arguments.add(new Argument(name, buffer, true, true));
            return this;
        }

        /** A buffer that may have any length. */
        Builder free(String name, Buffer buffer) {
            arguments.add(new Argument(name, buffer, false, false));
            return this;
        }

        CheckedCall calls(Body body) {
            return new CheckedCall(op, arguments, body);
        }
    }
}
