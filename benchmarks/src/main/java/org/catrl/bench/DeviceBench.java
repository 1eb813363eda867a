package org.catrl.bench;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.catrl.compute.Backend;
import org.catrl.compute.BackendSettings;
import org.catrl.compute.Backends;
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
    private static final String CUDA = "cuda:";

    /** "cuda:" and the device's number, or the path of a kernel library. */
    @Param("cuda:0")
    public String target;

    private Backend backend;
    private DeviceData data;

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
        data = new DeviceData(backend);
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

    DeviceData data() {
        return data;
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
