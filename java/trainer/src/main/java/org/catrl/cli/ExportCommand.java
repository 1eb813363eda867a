package org.catrl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.catrl.compute.Backend;
import org.catrl.compute.DType;
import org.catrl.lm.ModelWeights;
import org.catrl.recipe.BackendName;
import org.catrl.recipe.BackendRecipe;
import org.catrl.recipe.StorageName;
import org.catrl.record.Checkpoints;
import org.catrl.record.JsonLinesExport;
import org.catrl.record.RunReader;
import org.catrl.run.ModelCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catrl export}: a model as a Hugging Face folder of its own, or a run's record as JSON lines. */
@Command(name = "export", description = "Writes a model, with its adapter merged, as one Hugging Face folder; with "
        + "--jsonl a run's record as metrics.jsonl and groups.jsonl.",
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "MODEL|RUN", description = "A Hugging Face folder, or PEFT's of an adapter; "
            + "with --jsonl the folder of a run.")
    private Path folder;

    @Parameters(index = "1", arity = "0..1", paramLabel = "OUT", description = "The folder to write; it must not be "
            + "there yet. With --jsonl the folder of the two files, by default the run's own.")
    private Path target;

    @Option(names = "--dtype", defaultValue = "float32",
            description = "On disk, float32 or bfloat16 (default: ${DEFAULT-VALUE}).")
    private StorageName dtype;

    @Option(names = "--jsonl", description = "Write the record of the run as JSON lines.")
    private boolean jsonl;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (jsonl) {
            return exportRecord(target == null ? folder : target);
        }
        if (target == null) {
            throw new ParameterException(spec.commandLine(), "the folder to write is missing: export MODEL OUT");
        }
        if (Files.exists(target)) {
            throw new ParameterException(spec.commandLine(), target + " is there already; name a new folder");
        }
        ModelCheck.folder(folder);
        try (Backend backend = BackendRecipe.of(BackendName.CPU, 0).open().backend();
             LoadBar bar = new LoadBar(spec.commandLine().getOut());
             ModelWeights weights = ModelWeights.open(backend, folder, DType.F32, Optional.empty(), false, 0, bar)) {
            Checkpoints.save(target.toAbsolutePath(), partial -> weights.export(partial, dtype.type()));
        }
        spec.commandLine().getOut().println("model: " + target);
        return ExitCode.OK.code();
    }

    private int exportRecord(Path to) {
        try (RunReader run = RunReader.open(folder)) {
            JsonLinesExport.write(run, to);
        }
        spec.commandLine().getOut().println("record: " + to.resolve("metrics.jsonl") + ", "
                + to.resolve("groups.jsonl"));
        return ExitCode.OK.code();
    }
}
