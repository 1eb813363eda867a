package org.catrl.compute;

import java.util.function.Supplier;

/**
 * The questions that {@link CheckedBackend} asks of the arguments of one call. An answer of no throws, naming the op,
 * the argument, what it must be and what it is. The first buffer of a storage type decides what the others must be.
 */
final class ArgumentCheck {
    private final String op;
    private final Backend backend;
    private final OneThread owner;
    private DType storage;

    /**
     * The check of one call.
     *
     * @param op      its name, for messages
     * @param backend the backend whose buffers and storage types are accepted
     * @param owner   the guard that the call passes once its arguments are good
     */
    ArgumentCheck(String op, Backend backend, OneThread owner) {
        this.op = op;
        this.backend = backend;
        this.owner = owner;
    }

    /** Makes the call, unless another thread is in one. */
    void run(Runnable call) {
        owner.run(op, call);
    }

    /** Makes the call, which has a result. */
    <T> T get(Supplier<T> call) {
        return owner.get(op, call);
    }

    /** A buffer of the call's storage type, of at least so many elements. */
    ArgumentCheck stored(String name, Buffer buffer, long least, String shape) {
        open(name, buffer);
        storage(name, buffer);
        if (storage == null) {
            storage = buffer.type();
        }
        return buffer(name, buffer, storage, least, shape);
    }

    /** A buffer, or null in its place, of the call's storage type, of at least so many elements. */
    ArgumentCheck storedOrNull(String name, Buffer buffer, long least, String shape) {
        return buffer == null ? this : stored(name, buffer, least, shape);
    }

    /** A buffer that is F32 or of the call's storage type. */
    ArgumentCheck floatsOrStored(String name, Buffer buffer, long least, String shape) {
        open(name, buffer);
        return buffer(name, buffer, buffer.type() == storage ? storage : DType.F32, least, shape);
    }

    /** A buffer that has one of the storage types that the backend computes in. */
    ArgumentCheck storage(String name, Buffer buffer) {
        if (buffer.type() == DType.BF16 && !backend.storageTypes().contains(DType.BF16)) {
            throw wrong(name, "must be F32: the " + backend.name() + " backend does not compute in BF16", buffer);
        }
        if (buffer.type() != DType.F32 && buffer.type() != DType.BF16) {
            throw wrong(name, "must be of a storage type " + backend.storageTypes(), buffer);
        }
        return this;
    }

    /** An F32 buffer of at least so many elements. */
    ArgumentCheck floats(String name, Buffer buffer, long least, String shape) {
        return buffer(name, buffer, DType.F32, least, shape);
    }

    ArgumentCheck floatsOrNull(String name, Buffer buffer, long least, String shape) {
        return buffer == null ? this : floats(name, buffer, least, shape);
    }

    /** An I32 buffer of at least so many elements. */
    ArgumentCheck ints(String name, Buffer buffer, long least, String shape) {
        return buffer(name, buffer, DType.I32, least, shape);
    }

    /** An F64 buffer of at least so many elements. */
    ArgumentCheck doubles(String name, Buffer buffer, long least, String shape) {
        return buffer(name, buffer, DType.F64, least, shape);
    }

    private ArgumentCheck buffer(String name, Buffer buffer, DType type, long least, String shape) {
        open(name, buffer);
        if (buffer.type() != type || buffer.length() < least) {
            throw wrong(name, least == 0 ? "must be " + type
                    : "must be " + type + "[" + shape + " = " + least + "] or longer", buffer);
        }
        return this;
    }

    /** A buffer of exactly as many elements as another one, and of a certain type. */
    ArgumentCheck as(String name, Buffer buffer, DType type, String otherName, Buffer other) {
        open(name, buffer);
        if (buffer.type() != type || buffer.length() != other.length()) {
            throw wrong(name, "must be " + type + "[" + other.length() + "], as long as " + otherName, buffer);
        }
        return this;
    }

    /** A buffer of this backend that has not been closed, of any type and length. */
    ArgumentCheck open(String name, Buffer buffer) {
        given(name, buffer);
        if (buffer.ledger() != backend.ledger()) {
            throw wrong(name, "must be a buffer of the backend that is called, not of another one", buffer);
        }
        if (buffer.closed()) {
            throw new IllegalStateException(message(name, "must be open", buffer));
        }
        return this;
    }

    ArgumentCheck given(String name, Object value) {
        if (value == null) {
            throw new IllegalArgumentException(op + ": " + name + " must not be null");
        }
        return this;
    }

    /** Two arguments of which both are there, or neither is. */
    ArgumentCheck bothOrNeither(String name, Object value, String otherName, Object other) {
        if ((value == null) != (other == null)) {
            throw new IllegalArgumentException(op + ": " + name + " and " + otherName
                    + " must both be null or neither; " + (value == null ? name : otherName) + " is null and "
                    + (value == null ? otherName : name) + " is not");
        }
        return this;
    }

    /** Rows, of which there may be none, of a certain width. */
    ArgumentCheck rows(String rowsName, int rows, String widthName, int width) {
        return atLeast(rowsName, rows, 0).atLeast(widthName, width, 1);
    }

    ArgumentCheck atLeast(String name, long value, long least) {
        if (value < least) {
            throw wrong(name, "must be at least " + least, value);
        }
        return this;
    }

    /** A number of which least &lt;= value &lt;= most, and that is not NaN. */
    ArgumentCheck within(String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw wrong(name, "must be within " + least + " and " + most, value);
        }
        return this;
    }

    ArgumentCheck finite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw wrong(name, "must be finite", value);
        }
        return this;
    }

    /** A finite number above 0. */
    ArgumentCheck positive(String name, double value) {
        if (!(value > 0 && value <= Double.MAX_VALUE)) {
            throw wrong(name, "must be finite and above 0", value);
        }
        return this;
    }

    /** A finite number, 0 or above. */
    ArgumentCheck notNegative(String name, double value) {
        if (!(value >= 0 && value <= Double.MAX_VALUE)) {
            throw wrong(name, "must be finite and not below 0", value);
        }
        return this;
    }

    IllegalArgumentException wrong(String name, String expected, Object actual) {
        return new IllegalArgumentException(message(name, expected, actual));
    }

    private String message(String name, String expected, Object actual) {
        return op + ": " + name + " " + expected + "; it is " + actual;
    }
}
