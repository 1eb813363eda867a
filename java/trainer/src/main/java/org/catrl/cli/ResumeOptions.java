package org.catrl.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Whether a run begins or goes on, as the command line says it. */
final class ResumeOptions {
    private static final String AUTO = "auto";

    @Option(names = "--resume", paramLabel = "RUN|auto", description = "Go on with a run that was paused or killed, "
            + "from its newest checkpoint or a named one (RUN/checkpoint-40): no RECIPE then, the run has its own. "
            + "auto: begin RECIPE in --out, or go on where it has begun there.")
    private String resume;

    /** Whatever makes a run of a file or folder and of assignments. */
    interface Making<T> extends BiFunction<Path, List<String>, T> { }

    /**
     * The run that is meant.
     *
     * @param file   the recipe; null = none was given
     * @param start  makes a new run of a recipe
     * @param goOn   takes up the run of a folder
     * @param either does the one or the other
     * @throws ParameterException when the recipe is missing, or one too many
     */
    <T> T run(CommandSpec spec, Path file, RunOptions options, Making<T> start, Making<T> goOn, Making<T> either) {
        boolean named = resume != null && !resume.equals(AUTO);
        if (named && file != null) {
            throw new ParameterException(spec.commandLine(), "--resume " + resume + " goes on by the run's own recipe; "
                    + "leave " + file + " out");
        } else if (!named && file == null) {
            throw new ParameterException(spec.commandLine(), "Missing required parameter: 'RECIPE'; or give --resume "
                    + "RUN");
        }
        return named ? goOn.apply(Path.of(resume), options.assignments())
                : (resume == null ? start : either).apply(file, options.assignments());
    }
}
