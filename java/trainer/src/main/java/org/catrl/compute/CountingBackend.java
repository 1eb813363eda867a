package org.catrl.compute;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.FloatBuffer;
import java.util.EnumSet;
import java.util.Set;

/**
 * A backend that holds nothing and computes nothing, and counts what is allocated: run the real code on it, and its
 * ledger says what the real backend's would.
 */
public final class CountingBackend {
    /** What a backend's {@link Backend#packedLength} is. */
    public interface PackedLength {
        /** The elements of a packed weight of n outputs and k inputs. */
        long of(int n, int k);
    }

    private CountingBackend() { }

    /** A backend that allocates as CUDA would, on a machine that need not have it. */
    public static Backend cuda() {
        Backend backend = as("cuda", EnumSet.of(DType.F32, DType.BF16), (n, k) -> 0, CudaDevice.LOOKAHEAD);
        backend.allocate(DType.F32, CublasProducts.WORKSPACE_BYTES / DType.F32.bytes(), CublasProducts.OWNER);
        return backend;
    }

    private static Backend as(String name, Set<DType> storageTypes, PackedLength packedLength, int lookahead) {
        Ledger ledger = new Ledger();
        InvocationHandler handler = (proxy, method, arguments) -> switch (method.getName()) {
            case "name", "description" -> name;
            case "ledger" -> ledger;
            case "storageTypes" -> storageTypes;
            case "lookahead" -> lookahead;
            case "isHostMemory" -> !name.equals("cuda");
            case "packedLength" -> packedLength.of((int) arguments[0], (int) arguments[1]);
            case "allocate" -> {
                Counted buffer = new Counted((DType) arguments[0], (long) arguments[1], (String) arguments[2], ledger);
                ledger.allocated(buffer.owner(), buffer.length() * buffer.type().bytes());
                yield buffer;
            }
            default -> method.isDefault() ? InvocationHandler.invokeDefault(proxy, method, arguments) : null;
        };
        return (Backend) Proxy.newProxyInstance(Backend.class.getClassLoader(), new Class<?>[] {Backend.class},
                handler);
    }

    /** A backend that allocates as an opened backend does. */
    public static Backend like(Backend real) {
        return real.name().equals("cuda") ? cuda()
                : as(real.name(), real.storageTypes(), real::packedLength, real.lookahead());
    }

    /** A length without elements: what is written is lost, what is read is 0. */
    private static final class Counted extends Buffer {
        private final Ledger ledger;
        private final boolean view;
        private boolean closed;

        Counted(DType type, long length, String owner, Ledger ledger) {
            this(type, length, owner, ledger, false);
        }

        private Counted(DType type, long length, String owner, Ledger ledger, boolean view) {
            super(type, length, owner);
            this.ledger = ledger;
            this.view = view;
        }

        @Override
        protected Ledger ledger() {
            return ledger;
        }

        @Override
        public Buffer slice(long offset, long count) {
            return new Counted(type(), count, owner(), ledger, true);
        }

        @Override
        public boolean closed() {
            return closed;
        }

        @Override
        public void close() {
            if (!view && !closed) {
                closed = true;
                ledger.released(owner(), length() * type().bytes());
            }
        }

        @Override
        public void write(long offset, float[] values, int from, int count) { }

        @Override
        public void write(long offset, FloatBuffer values) { }

        @Override
        public void write(long offset, int[] values, int from, int count) { }

        @Override
        public void write(long offset, double[] values, int from, int count) { }

        @Override
        public void read(long offset, float[] into, int from, int count) { }

        @Override
        public void read(long offset, int[] into, int from, int count) { }

        @Override
        public void read(long offset, double[] into, int from, int count) { }
    }
}
