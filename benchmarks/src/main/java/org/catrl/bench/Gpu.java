package org.catrl.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.time.LocalDate;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.catrl.bench.Work.Bound;
import org.catrl.compute.Backend;
import org.catrl.compute.BackendException;
import org.catrl.kernels.CudaProbe;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code catrl bench gpu}: a page for benchmarks/results on standard output, a line as soon as it is measured. */
@Command(name = "bench gpu", mixinStandardHelpOptions = true,
        description = "Measures the CUDA backend against the device's bandwidth and product rate.")
public final class Gpu implements Callable<Integer> {
    private static final int UNUSABLE = 7;
    private static final int FAILED = 1;

    @Option(names = "--device", description = "number of the CUDA device (default: ${DEFAULT-VALUE})",
            defaultValue = "0")
    private int device;

    @Option(names = "--kernels", paramLabel = "LIBRARY",
            description = "another kernel library in place of a device: the emulated one, say")
    private String kernels;

    @Option(names = "--only", paramLabel = "REGEX", defaultValue = ".*",
            description = "measure the lines whose benchmark and sizes hold this; the ceilings always")
    private Pattern only;

    @Option(names = "--tiny", description = "everything once, in tiny sizes: shows that it runs, not how fast")
    private boolean tiny;

    @Option(names = "--commit", defaultValue = "not given", description = "for the page: what was built")
    private String commit;

    private final PrintStream out;
    private final String command;
    private int failures;

    Gpu(PrintStream out, String command) {
        this.out = out;
        this.command = command;
    }

    public static void main(String[] arguments) {
        String command = "catrl bench gpu " + String.join(" ", arguments);
        System.exit(new CommandLine(new Gpu(System.out, command.strip())).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        String target = kernels == null ? "cuda:" + device : kernels;
        try {
            out.print(heading(target));
        } catch (BackendException e) {
            System.err.println("bench gpu: " + e.getMessage());
            return UNUSABLE;
        }
        GpuShapes shapes = tiny ? GpuShapes.TINY : GpuShapes.FULL;
        GpuRunner runner = new GpuRunner(target, tiny ? GpuRunner.Effort.ONCE : GpuRunner.Effort.FULL);
        GpuTable table = new GpuTable();
        out.print(GpuTable.head());
        for (Bound bound : Bound.values()) {
            ceiling(runner, table, shapes.ceiling(bound));
        }
        for (GpuCase measured : shapes.cases()) {
            if (only.matcher(measured.benchmark() + " " + measured.sizes()).find()) {
                measure(runner, table, measured);
            }
        }
        return failures == 0 ? 0 : FAILED;
    }

    private String heading(String target) {
        try (Backend backend = DeviceBench.open(target)) {
            return "# GPU results, " + LocalDate.now() + "\n\n- Device: " + backend.description() + "\n- Driver: "
                    + (kernels == null ? CudaProbe.run(device).description() : "none, kernels of " + kernels)
                    + Host.driver().map(version -> "; " + version).orElse("") + "\n- Processor: " + Host.processor()
                    + "\n- System: " + Host.system() + ", Java " + Runtime.version() + "\n- Commit: " + commit
                    + "\n- Command: `" + command + "`\n\nMedians of the iterations, BF16, in fast mode. The first two "
                    + "lines are the ceilings that the shares are of; benchmarks/README.md says what is counted.\n\n";
        }
    }

    private void ceiling(GpuRunner runner, GpuTable table, GpuCase measured) throws IOException {
        try {
            Run run = runner.measure(measured);
            table.ceiling(measured, run);
            out.print(table.line(measured, run));
        } catch (GpuFailure e) {
            failed(measured, e);
        }
    }

    private void measure(GpuRunner runner, GpuTable table, GpuCase measured) throws IOException {
        try {
            out.print(table.line(measured, runner.measure(measured)));
        } catch (GpuFailure e) {
            failed(measured, e);
        }
    }

    private void failed(GpuCase measured, GpuFailure failure) {
        failures++;
        out.print(GpuTable.failed(measured, failure.getMessage()));
    }
}
