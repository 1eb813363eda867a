package org.catrl.compute;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.catrl.kernels.Kernels;

/** The processor, with threads of its own: ops are done when they return. */
final class CpuDevice implements Device {
    private final long context;
    private final String isa;
    private final int threads;

    /**
     * The processor, its threads started.
     *
     * @param isa     base, avx2, avx512 or avx512bf16; null = the best of this machine
     * @param threads at least 1, the calling one included
     */
    CpuDevice(String isa, int threads) {
        this.isa = isa == null ? Kernels.best_isa() : isa;
        this.threads = threads;
        try {
            this.context = Kernels.open_cpu(this.isa, threads);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("cpu backend: " + e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public String description() {
        return "cpu: " + isa + ", " + threads + (threads == 1 ? " thread" : " threads");
    }

    @Override
    public long context() {
        return context;
    }

    @Override
    public boolean isHostMemory() {
        return true;
    }

    /** The machine's memory, or its container's, without the heap that the JVM may take. */
    @Override
    public long availableBytes() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return Math.max(0, system.getTotalMemorySize() - Runtime.getRuntime().maxMemory());
    }

    @Override
    public String outOfMemory(String owner, long bytes, Ledger ledger) {
        return "no memory for " + bytes + " bytes of " + owner + "; held: " + ledger.byOwner();
    }

    @Override
    public void replay(Object key, Runnable ops) {
        ops.run();
    }

    @Override
    public void forget(Object key) { }

    @Override
    public void forgetAll() { }

    @Override
    public int lookahead() {
        return 1;
    }

    @Override
    public void synchronize() { }

    /** A bad argument in any case: an op checks its data before it writes. */
    @Override
    public RuntimeException fault(RuntimeException thrown) {
        return new IllegalArgumentException(thrown.getMessage(), thrown);
    }

    @Override
    public void close() {
        Kernels.close(context);
    }
}
