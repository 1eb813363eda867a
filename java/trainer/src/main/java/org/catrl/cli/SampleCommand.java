package org.catrl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.catrl.compute.Backend;
import org.catrl.data.Prompt;
import org.catrl.generate.Rollout;
import org.catrl.generate.SamplingSettings;
import org.catrl.train.OptimizerConfig;
import org.catrl.train.Policy;
import org.catrl.train.PolicySettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catrl sample}: what a model makes of a prompt. */
@Command(name = "sample", description = "Continues a prompt with a model.", mixinStandardHelpOptions = true)
final class SampleCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "MODEL", description = "A Hugging Face folder.")
    private Path folder;

    @Parameters(index = "1", paramLabel = "PROMPT", description = "The text to continue.")
    private String prompt;

    @Option(names = "--samples", defaultValue = "1", description = "How many (default: ${DEFAULT-VALUE}).")
    private int samples;

    @Option(names = "--temperature", defaultValue = "1", description = "0 = greedy (default: ${DEFAULT-VALUE}).")
    private double temperature;

    @Option(names = "--max-completion-length", paramLabel = "N", defaultValue = "128",
            description = "Most tokens of a completion (default: ${DEFAULT-VALUE}).")
    private int maxCompletionLength;

    @Option(names = "--seed", defaultValue = "42", description = "Of the draws (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--backend", defaultValue = "auto", converter = BackendName.Converter.class,
            description = "auto, cpu, cuda or reference (default: ${DEFAULT-VALUE}).")
    private BackendName backend;

    @Option(names = "--threads", defaultValue = "0", description = "0 = all (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        SamplingSettings settings = settings();
        ModelCheck.folder(folder);
        try (Backend opened = BackendLine.open(backend, threads, false).backend();
             Policy policy = LoadBar.policy(opened, folder, PolicySettings.of(seed, OptimizerConfig.trlDefaults(), 1), out)) {
            for (Rollout rollout : policy.sample(List.of(new Prompt(0, prompt)), samples, settings, 0).get(0)
                    .rollouts()) {
                out.println(rollout.text());
            }
        }
        return ExitCode.OK.code();
    }

    private SamplingSettings settings() {
        try {
            return SamplingSettings.of(temperature, maxCompletionLength, List.of());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
