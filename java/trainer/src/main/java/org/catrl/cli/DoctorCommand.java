package org.catrl.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.bytedeco.javacpp.Loader;
import org.catrl.compute.Backend;
import org.catrl.compute.BackendException;
import org.catrl.recipe.BackendName;
import org.catrl.selftest.TinyRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code catrl doctor}: what this machine offers, and why not more. */
@Command(name = "doctor", description = "Prints the machine, the backends and why each is or is not usable.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Machine.describe().forEach((name, value) -> out.printf("%-12s%s%n", name, value));
        out.printf("%-12s%s%n", "javacpp", Loader.getVersion());
        out.printf("%nbackends%n");
        for (BackendName name : List.of(BackendName.CPU, BackendName.CUDA, BackendName.REFERENCE)) {
            out.printf("  %-10s%s%n", name.name().toLowerCase(), state(name));
        }
        try (Backend backend = BackendLine.open(BackendName.AUTO, 0, false).backend()) {
            out.printf("  %-10s%s%n", "auto", "takes " + backend.name());
            TinyRun.report(backend, out);
        }
        return ExitCode.OK.code();
    }

    private static String state(BackendName name) {
        try (Backend backend = BackendLine.open(name, 0, false).backend()) {
            return "usable: " + backend.description();
        } catch (BackendException e) {
            return "not usable: " + e.getMessage();
        }
    }
}
