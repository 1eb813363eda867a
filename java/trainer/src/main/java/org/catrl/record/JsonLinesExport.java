package org.catrl.record;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.catrl.text.Utf8;

/**
 * A record as JSON lines, for programs that read no database: {@code metrics.jsonl} with a line a step, and
 * {@code groups.jsonl} with a line a group, or, of an evaluation, a line a problem.
 *
 * <pre>{@code
 * try (RunReader run = RunReader.open(Path.of("runs/mine"))) {
 *     JsonLinesExport.write(run, Path.of("lines"));
 * }
 * }</pre>
 */
public final class JsonLinesExport {
    /** A line of groups.jsonl. */
    private record GroupLine(int step, int promptId, String prompt, List<RolloutLine> rollouts,
                             ReferenceLine reference) {
        static GroupLine of(GroupRecord group) {
            GroupRecord.Reference made = group.reference();
            return new GroupLine(group.step(), group.prompt().id(), group.prompt().text(),
                    group.rollouts().stream().map(RolloutLine::of).toList(), new ReferenceLine(made.text(),
                    made.answer(), made.source(), made.confidence(), made.abstained()));
        }
    }

    private record RolloutLine(String text, String finish, int tokens, Double reward, String evidence) {
        static RolloutLine of(GroupRecord.Rollout rollout) {
            return new RolloutLine(rollout.text(), rollout.drawn().finish(), rollout.drawn().tokens(),
                    rollout.reward(), rollout.evidence());
        }
    }

    private record ReferenceLine(String text, String answer, String source, double confidence, String abstained) { }

    /** Whatever writes the lines of a file. */
    private interface Lines {
        /** Writes all lines. */
        void to(Writer writer) throws IOException;
    }

    private JsonLinesExport() { }

    /**
     * Writes both files.
     *
     * @param folder made where it is not there; files of these names in it are not overwritten
     * @throws RunFolderException when one of them is there already
     * @throws RecordException    when the record cannot be read, or a file not written
     */
    public static void write(RunReader run, Path folder) {
        Path metrics = folder.resolve("metrics.jsonl");
        Path groups = folder.resolve("groups.jsonl");
        requireFree(metrics);
        requireFree(groups);
        write(metrics, writer -> metrics(run, writer));
        write(groups, writer -> groups(run, writer));
    }

    private static void requireFree(Path file) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new RunFolderException(file + ": is there already, and nothing is overwritten; name another folder");
        }
    }

    private static void write(Path file, Lines lines) {
        Path partial = Leftovers.partial(file);
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (Writer writer = Utf8.writer(partial, StandardOpenOption.CREATE_NEW)) {
                lines.to(writer);
            }
            Files.move(partial, file);
        } catch (IOException e) {
            throw RecordException.of(file, e);
        } finally {
            partial.toFile().delete();
        }
    }

    private static void metrics(RunReader run, Writer writer) throws IOException {
        List<RunReader.Step> steps = run.steps();
        for (RunReader.Step step : steps) {
            writer.write(line(step.step(), run.metrics(step.step())));
        }
        if (steps.isEmpty()) {
            for (EvaluationRecord found : run.evaluations()) {
                writer.write(line(found.step(), found.metrics()));
            }
        }
    }

    private static String line(int step, Map<String, Double> metrics) {
        Map<String, Number> line = new LinkedHashMap<>();
        line.put("step", step);
        line.putAll(metrics);
        return RecordJson.metrics(line) + "\n";
    }

    private static void groups(RunReader run, Writer writer) throws IOException {
        for (int step : run.stepsOfGroups()) {
            for (GroupRecord group : run.groups(step)) {
                writer.write(RecordJson.line(GroupLine.of(group)) + "\n");
            }
        }
        for (String problem : run.problems()) {
            writer.write(problem + "\n");
        }
    }
}
