package org.catrl.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.DType;
import org.catrl.model.AdamW;
import org.catrl.model.ModelConfig;
import org.catrl.model.TrainingState;
import org.catrl.model.Weights;
import org.catrl.record.Checkpoints;

/**
 * How long training waits for a checkpoint on the CPU, and how long writing it takes meanwhile: F32 weights and both
 * moments of AdamW in the shapes of a model, three checkpoints in a row, each once the one before is written.
 */
public final class CheckpointStall {
    private static final int CHECKPOINTS = 3;
    private static final double NANOS = 1e9;

    private CheckpointStall() { }

    /**
     * Measures and prints.
     *
     * @param arguments the model (Qwen3-0.6B), the folder to write to, the threads (2), how many layers (all)
     */
    public static void main(String[] arguments) throws IOException {
        BenchModel model = BenchModel.of(argument(arguments, 0, BenchModel.QWEN3_0_6B.toString()));
        Path parent = Path.of(argument(arguments, 1, "."));
        int threads = Integer.parseInt(argument(arguments, 2, "2"));
        int layers = Integer.parseInt(argument(arguments, 3, Integer.toString(model.config().layers())));
        measure(model.config(layers), Files.createTempDirectory(parent, "checkpoints"), threads, System.out);
    }

    private static String argument(String[] arguments, int index, String silent) {
        return arguments.length > index ? arguments[index] : silent;
    }

    /** Measures in a folder, which is removed. */
    static void measure(ModelConfig config, Path run, int threads, PrintStream out) throws IOException {
        try (Backend backend = Backends.cpu(null, threads);
                Weights weights = Weights.empty(backend, config, DType.F32, false, "weights");
                AdamW adamw = new AdamW(weights)) {
            out.printf(Locale.ROOT, "%s, %s: %,d parameters, %.2f GB to copy%n", Host.processor(),
                    backend.description(), adamw.length(), 3 * DType.F32.bytes() * adamw.length() / 1e9);
            long start = System.nanoTime();
            try (TrainingState state = new TrainingState(weights, adamw);
                    Checkpoints checkpoints = new Checkpoints(run, 1, 0, 1)) {
                out.printf(Locale.ROOT, "memory taken, once: %.2f s%n", (System.nanoTime() - start) / NANOS);
                for (int done = 1; done <= CHECKPOINTS; done++) {
                    one(done, weights, adamw, state, checkpoints, out);
                }
            }
        } finally {
            remove(run);
        }
    }

    private static void one(int done, Weights weights, AdamW adamw, TrainingState state, Checkpoints checkpoints,
                            PrintStream out) {
        double before = checkpoints.stallSeconds();
        double cpuBefore = cpuSeconds();
        checkpoints.save(done, "{\"format\": " + Checkpoints.FORMAT + "}", () -> {
            int number = state.take(0);
            return folder -> state.save(number, folder, target -> weights.save(target, state));
        });
        double cpu = cpuSeconds() - cpuBefore;
        double stall = checkpoints.stallSeconds() - before;
        checkpoints.await();
        List<Checkpoints.Written> written = checkpoints.written();
        out.printf(Locale.ROOT, "checkpoint %d: stall %.2f s, of which the thread that trains ran for %.2f; written in "
                + "%.1f s%n", done, stall, cpu, written.get(0).seconds());
    }

    /** What the calling thread has run for: on a machine that does other things too, less than what has passed. */
    private static double cpuSeconds() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / NANOS;
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
