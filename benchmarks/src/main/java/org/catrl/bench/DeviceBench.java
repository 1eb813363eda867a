package org.catrl.bench;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.catrl.compute.Backend;
import org.catrl.compute.BackendSettings;
import org.catrl.compute.Backends;
import org.catrl.compute.DType;
import org.catrl.compute.check.Arena;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What is timed on a CUDA device, in the process that asks. A benchmark of one op queues it {@link #QUEUED} times
 * before it waits, so that neither the wait nor a launch is part of the time.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(0)
public abstract class DeviceBench {
    static final int QUEUED = 10;
    /** A prime, so that no matrix row or cache block begins where another one did. */
    private static final int STRETCH = 1_000_003;
    /** The copies of an operand together, far above a device's cache: what was read is gone when read again. */
    private static final long SPREAD_BYTES = 512L << 20;
    private static final String CUDA = "cuda:";

    /** "cuda:" and the device's number, or the path of a kernel library. */
    @Param("cuda:0")
    public String target;

    private Backend backend;
    private Arena arena;

    static Backend open(String target) {
        if (target.startsWith(CUDA)) {
            int device = Integer.parseInt(target.substring(CUDA.length()));
            return Backends.open("cuda", new BackendSettings(1, device, false, false)).backend();
        }
        return Backends.cuda(Path.of(target), BackendSettings.threads(1));
    }

    @Setup
    public void open() {
        backend = open(target);
        arena = new Arena(backend, DType.BF16, 1, STRETCH);
        guarded(() -> {
            prepare(sizes());
            backend.synchronize();
        });
    }

    /** JMH closes nothing after a failure: the device's memory must not be missing to what is measured next. */
    void guarded(Runnable body) {
        try {
            body.run();
        } catch (RuntimeException | Error e) {
            backend.close();
            throw e;
        }
    }

    @TearDown
    public void close() {
        release();
        backend.close();
    }

    /** Of this measurement. */
    abstract Sizes sizes();

    /** Makes the operands. */
    abstract void prepare(Sizes sizes);

    /** Closes what the backend does not close by itself. */
    void release() { }

    Backend backend() {
        return backend;
    }

    /** The operands' arena, BF16; what is made in it is closed with the backend. */
    Arena arena() {
        return arena;
    }

    /** How many operands of so many bytes an op goes round over, so that it finds none of them in the cache. */
    static int rounds(long bytes) {
        return (int) Math.max(1, Math.min(QUEUED, (SPREAD_BYTES + bytes - 1) / bytes));
    }

    /** What queues one op; given its number, from 0. */
    interface Op {
        void queue(int number);
    }

    void timesQueued(Op op) {
        guarded(() -> {
            for (int number = 0; number < QUEUED; number++) {
                op.queue(number);
            }
            backend.synchronize();
        });
    }
}
