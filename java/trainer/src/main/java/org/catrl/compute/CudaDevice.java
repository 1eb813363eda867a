package org.catrl.compute;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.catrl.kernels.Kernels;

/** One CUDA device and one stream of it: ops are queued and return at once, reads wait. */
final class CudaDevice implements Device {
    /** A look costs the time of a few launches; a rollout that ended in between idles for half of these on average. */
    static final int LOOKAHEAD = 8;

    private final long context;
    private final String description;
    private final Map<Object, Long> recordings = new HashMap<>();

    /**
     * A device, its context opened.
     *
     * @param library the kernels, see {@link org.catrl.kernels.CudaLibrary}
     */
    CudaDevice(long library, BackendSettings settings) {
        this.context = Kernels.open_cuda(library, settings.device(), settings.exact() ? 1 : 0,
                settings.check() ? 1 : 0);
        this.description = "cuda: " + Kernels.device_name(library, settings.device());
    }

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public long context() {
        return context;
    }

    @Override
    public boolean isHostMemory() {
        return false;
    }

    @Override
    public long availableBytes() {
        return Kernels.free_bytes(context);
    }

    @Override
    public String outOfMemory(String owner, long bytes, Ledger ledger) {
        return MemoryAdvice.outOfMemory(owner, bytes, Kernels.free_bytes(context), Kernels.total_bytes(context),
                ledger);
    }

    @Override
    public void replay(Object key, Runnable ops) {
        Long recording = recordings.get(key);
        if (recording == null) {
            recording = recorded(ops);
            recordings.put(key, recording);
        }
        Kernels.replay(context, recording);
    }

    private long recorded(Runnable ops) {
        Kernels.record(context);
        try {
            ops.run();
            return Kernels.recorded(context);
        } catch (RuntimeException | Error e) {
            Kernels.abandon(context);
            throw e;
        }
    }

    @Override
    public void forget(Object key) {
        Long recording = recordings.remove(key);
        if (recording != null) {
            Kernels.forget(context, recording);
        }
    }

    @Override
    public void forgetAll() {
        List.copyOf(recordings.keySet()).forEach(this::forget);
    }

    @Override
    public int lookahead() {
        return LOOKAHEAD;
    }

    @Override
    public void synchronize() {
        try {
            Kernels.synchronize(context);
        } catch (IllegalStateException e) {
            throw fault(e);
        }
    }

    /**
     * What went wrong in the ops before is told here: bad ids and full records as bad arguments, anything else as a bad
     * state.
     */
    @Override
    public RuntimeException fault(RuntimeException thrown) {
        return Kernels.blames_argument(context) == 0 ? new IllegalStateException(thrown.getMessage(), thrown)
                : new IllegalArgumentException(thrown.getMessage(), thrown);
    }

    @Override
    public void close() {
        Kernels.close(context);
    }
}
