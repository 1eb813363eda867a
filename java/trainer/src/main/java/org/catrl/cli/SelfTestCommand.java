package org.catrl.cli;

import static org.catrl.setting.SettingException.require;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.recipe.BackendName;
import org.catrl.recipe.BackendRecipe;
import org.catrl.selftest.SelfTest;
import org.catrl.selftest.SelfTestResult;
import org.catrl.selftest.StepSelfTest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code catrl selftest}: the contract of the ops, gradients and a step of training, on this machine's backend. */
@Command(name = "selftest", description = "Checks a backend against the reference, on this machine.",
        mixinStandardHelpOptions = true)
final class SelfTestCommand implements Callable<Integer> {
    private static final String RECIPE = "models/arithmetic/cat.yaml";

    @Option(names = "--backend", defaultValue = "auto", converter = BackendNameConverter.class,
            description = "auto, cpu, cuda or reference (default: ${DEFAULT-VALUE}).")
    private BackendName backend;

    @Option(names = "--threads", defaultValue = "0", description = "0 = all (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(names = "--device", paramLabel = "N", defaultValue = "0",
            description = "On CUDA: which device (default: ${DEFAULT-VALUE}).")
    private int device;

    @Option(names = "--exact", description = "On CUDA: check the exact mode.")
    private boolean exact;

    @Option(names = "--check-launches", description = "On CUDA: wait after every launch, and name what failed.")
    private boolean checkLaunches;

    @Option(names = "--every", paramLabel = "N", defaultValue = "1",
            description = "Run each N-th case of the contract (default: ${DEFAULT-VALUE}, all).")
    private int every;

    @Option(names = "--recipe", paramLabel = "FILE",
            description = "Of the step of training (default: the arithmetic model's).")
    private Path recipe;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        require(every >= 1, "--every", every, "1 or more");
        PrintWriter out = spec.commandLine().getOut();
        Backends.Opened opened = new BackendRecipe(backend, threads, exact, checkLaunches).open(device);
        try (Backend tested = opened.backend()) {
            out.println(BackendLine.of(tested.description(), opened.reason()));
            return run(tested, out);
        }
    }

    private int run(Backend tested, PrintWriter out) {
        Path step = recipe == null ? Path.of(System.getProperty("catrl.home", ".")).resolve(RECIPE) : recipe;
        return run(new SelfTest(tested, new StepSelfTest(step), every), out).code();
    }

    /** Runs all checks and prints the table. */
    static ExitCode run(SelfTest test, PrintWriter out) {
        List<SelfTestResult> results;
        try (Progress progress = Progress.of(out, Terminal.present(), "selftest", test.cases(), 5)) {
            AtomicLong done = new AtomicLong();
            results = test.run(name -> progress.show(done.getAndIncrement(), name));
        }
        out.printf("%n%-24s%8s%10s%9s  %s%n", "check", "cases", "worst", "seconds", "result");
        for (SelfTestResult result : results) {
            out.printf(Locale.ROOT, "%-24s%8d%10.3f%9.1f  %s%s%n", result.name(), result.cases(), result.worst(),
                    result.seconds(), result.state().name().toLowerCase(Locale.ROOT),
                    result.message().isEmpty() ? "" : ": " + result.message());
        }
        out.println("worst: the largest error as a share of what is tolerated");
        boolean failed = results.stream().anyMatch(result -> result.state() == SelfTestResult.State.FAILED);
        return failed ? ExitCode.SELFTEST : ExitCode.OK;
    }
}
