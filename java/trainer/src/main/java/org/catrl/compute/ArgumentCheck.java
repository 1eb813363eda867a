package org.catrl.compute;

/**
 * The questions that {@link CheckedBackend} asks of an argument. An answer of no throws, naming the op, the argument,
 * what it must be and what it is; an answer of yes allocates nothing.
 */
final class ArgumentCheck {
    private final Ledger ledger;

    /** @param ledger of the backend whose buffers are accepted */
    ArgumentCheck(Ledger ledger) {
        this.ledger = ledger;
    }

    /** An F32 buffer of at least so many elements. */
    void floats(String op, String name, Buffer buffer, long least, String shape) {
        buffer(op, name, buffer, DType.F32, least, shape);
    }

    /** As {@link #floats}, or null. */
    void floatsOrNull(String op, String name, Buffer buffer, long least, String shape) {
        if (buffer != null) {
            floats(op, name, buffer, least, shape);
        }
    }

    /** An I32 buffer of at least so many elements. */
    void ints(String op, String name, Buffer buffer, long least, String shape) {
        buffer(op, name, buffer, DType.I32, least, shape);
    }

    /** An F64 buffer of at least so many elements. */
    void doubles(String op, String name, Buffer buffer, long least, String shape) {
        buffer(op, name, buffer, DType.F64, least, shape);
    }

    private void buffer(String op, String name, Buffer buffer, DType type, long least, String shape) {
        open(op, name, buffer);
        if (buffer.type() != type || buffer.length() < least) {
            throw wrong(op, name, least == 0 ? "must be " + type
                    : "must be " + type + "[" + shape + " = " + least + "] or longer", buffer);
        }
    }

    /** An F32 buffer of exactly as many elements as another one. */
    void floatsAs(String op, String name, Buffer buffer, String otherName, Buffer other) {
        open(op, name, buffer);
        if (buffer.type() != DType.F32 || buffer.length() != other.length()) {
            throw wrong(op, name, "must be F32[" + other.length() + "], as long as " + otherName, buffer);
        }
    }

    /** A buffer of this backend that has not been closed, of any type and length. */
    void open(String op, String name, Buffer buffer) {
        given(op, name, buffer);
        if (buffer.ledger() != ledger) {
            throw wrong(op, name, "must be a buffer of the backend that is called, not of another one", buffer);
        }
        if (buffer.closed()) {
            throw new IllegalStateException(message(op, name, "must be open", buffer));
        }
    }

    void given(String op, String name, Object value) {
        if (value == null) {
            throw new IllegalArgumentException(op + ": " + name + " must not be null");
        }
    }

    /** Both are there, or neither is. */
    void bothOrNeither(String op, String name, Object one, String otherName, Object other) {
        if ((one == null) != (other == null)) {
            throw new IllegalArgumentException(op + ": " + name + " and " + otherName + " must both be null or neither; "
                    + (one == null ? name : otherName) + " is null and " + (one == null ? otherName : name)
                    + " is not");
        }
    }

    void atLeast(String op, String name, long value, long least) {
        if (value < least) {
            throw wrong(op, name, "must be at least " + least, value);
        }
    }

    /** least &lt;= value &lt;= most, and not NaN. */
    void within(String op, String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw wrong(op, name, "must be within " + least + " and " + most, value);
        }
    }

    void finite(String op, String name, double value) {
        if (!Double.isFinite(value)) {
            throw wrong(op, name, "must be finite", value);
        }
    }

    /** A finite number above 0. */
    void positive(String op, String name, double value) {
        if (!(value > 0 && value <= Double.MAX_VALUE)) {
            throw wrong(op, name, "must be finite and above 0", value);
        }
    }

    /** A finite number, 0 or above. */
    void notNegative(String op, String name, double value) {
        if (!(value >= 0 && value <= Double.MAX_VALUE)) {
            throw wrong(op, name, "must be finite and not below 0", value);
        }
    }

    static IllegalArgumentException wrong(String op, String name, String expected, Object actual) {
        return new IllegalArgumentException(message(op, name, expected, actual));
    }

    private static String message(String op, String name, String expected, Object actual) {
        return op + ": " + name + " " + expected + "; it is " + actual;
    }
}
