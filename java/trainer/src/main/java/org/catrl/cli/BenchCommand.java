package org.catrl.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catrl bench}: for the help alone; the launcher starts the benchmarks, which are not on this class path. */
@Command(name = "bench", description = "Runs the benchmarks: the JMH module, or its GPU table.",
        customSynopsis = {"catrl bench [JMH OPTION...] [NAME...]", "catrl bench gpu [NAME...]"},
        footer = {"", "catrl bench -h lists JMH's options, catrl bench -l the benchmarks."},
        mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Parts of the names of benchmarks, as regular expressions.")
    private List<String> names = List.of();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "the launcher runs the benchmarks: ./catrl bench "
                + String.join(" ", names));
    }
}
