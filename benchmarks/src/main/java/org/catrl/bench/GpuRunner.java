package org.catrl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Measures cases on one device by JMH, in this process: there may be no other Java to start. */
final class GpuRunner {
    /**
     * How long a case is measured.
     *
     * @param warmups      iterations before
     * @param iterations   measured
     * @param milliseconds of each; 0 = one call
     */
    record Effort(int warmups, int iterations, int milliseconds) {
        static final Effort FULL = new Effort(2, 5, 400);
        static final Effort ONCE = new Effort(0, 1, 0);
    }

    private final String target;
    private final Effort effort;

    /** @param target of {@link DeviceBench#target} */
    GpuRunner(String target, Effort effort) {
        this.target = target;
        this.effort = effort;
    }

    /** @throws GpuFailure when it cannot be measured here, with the reason */
    Run measure(GpuCase measured) throws IOException {
        Path json = Files.createTempFile("catrl-bench", ".json");
        try {
            new Runner(options(measured).resultFormat(ResultFormatType.JSON).result(json.toString()).build()).run();
            return Run.read(json).get(0);
        } catch (RunnerException e) {
            throw new GpuFailure(reason(e), e);
        } finally {
            Files.delete(json);
        }
    }

    private ChainedOptionsBuilder options(GpuCase measured) {
        String benchmark = GpuRunner.class.getPackageName() + "." + measured.benchmark();
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + benchmark.replace(".", "\\.") + "$")
                .param("target", target).param("shape", measured.sizes()).forks(0).threads(1)
                .warmupIterations(effort.warmups()).measurementIterations(effort.iterations())
                .shouldFailOnError(true).verbosity(VerboseMode.SILENT);
        if (effort.milliseconds() == 0) {
            return options.mode(Mode.SingleShotTime);
        }
        TimeValue time = TimeValue.milliseconds(effort.milliseconds());
        return options.mode(Mode.AverageTime).warmupTime(time).measurementTime(time);
    }

    /** The innermost message, on one line: JMH wraps what a benchmark throws. */
    private static String reason(Throwable thrown) {
        Throwable inner = thrown;
        while (inner.getCause() != null || inner.getSuppressed().length > 0) {
            inner = inner.getCause() == null ? inner.getSuppressed()[0] : inner.getCause();
        }
        return String.valueOf(inner.getMessage()).lines().findFirst().orElse(inner.toString());
    }
}
