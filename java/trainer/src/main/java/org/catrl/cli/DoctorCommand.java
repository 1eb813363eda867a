package org.catrl.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.bytedeco.javacpp.Loader;
import org.catrl.compute.Backend;
import org.catrl.compute.BackendException;
import org.catrl.recipe.BackendName;
import org.catrl.recipe.BackendRecipe;
import org.catrl.recipe.Spelling;
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
            out.printf("  %-10s%s%n", Spelling.of(name), state(name));
        }
        try (Backend backend = BackendRecipe.of(BackendName.AUTO, 0).open().backend()) {
            out.printf("  %-10s%s%n", "auto", "takes " + backend.name());
            print(TinyRun.on(backend), out);
        }
        return ExitCode.OK.code();
    }

    private static void print(TinyRun run, PrintWriter out) {
        out.printf("%nmemory of a tiny run (%d samples of %d tokens, one step of %d parameters)%n", run.samples(),
                run.tokens(), run.parameters());
        run.held().forEach((owner, bytes) -> line(out, owner, bytes));
        line(out, "all", run.total());
        line(out, "at most at once", run.peak());
        run.resident().ifPresent(bytes -> line(out, "resident, the whole process", bytes));
        line(out, "left after it was closed", run.left());
    }

    private static void line(PrintWriter out, String name, long bytes) {
        out.printf("  %-32s%10.1f KiB%n", name, bytes / 1024.0);
    }

    private static String state(BackendName name) {
        try (Backend backend = BackendRecipe.of(name, 0).open().backend()) {
            return "usable: " + backend.description();
        } catch (BackendException e) {
            return "not usable: " + e.getMessage();
        }
    }
}
