package org.catrl.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.bytedeco.javacpp.Loader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code catrl doctor}: what this machine offers, and why not more. */
@Command(name = "doctor", description = "Prints the machine, the backends and why each is or is not usable.")
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Machine.describe().forEach((name, value) -> out.printf("%-12s%s%n", name, value));
        out.printf("%-12s%s%n", "javacpp", Loader.getVersion());
        return ExitCode.OK.code();
    }
}
