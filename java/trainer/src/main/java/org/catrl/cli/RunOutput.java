package org.catrl.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.catrl.record.GroupRecord;
import org.catrl.run.RunListener;
import org.catrl.run.RunStart;
import org.catrl.train.Phase;

/** What a command says of the run that it listens to, and where it tells the end. */
abstract class RunOutput implements RunListener, AutoCloseable {
    private final PrintWriter end;
    private final JudgeError judgeError = new JudgeError();
    private Optional<Path> folder = Optional.empty();
    /** Read by the thread that hears signals. */
    private volatile String activity = "what is being loaded";

    /**
     * An output.
     *
     * @param end what people read at the end goes there
     */
    RunOutput(PrintWriter end) {
        this.end = end;
    }

    @Override
    public void started(RunStart start) {
        folder = start.folder();
        activity = "what comes before the first step";
    }

    @Override
    public void phase(int step, Phase phase) {
        activity = "the " + phase.text() + " phase of step " + (step + 1);
    }

    @Override
    public void evaluating(String name, int done, int all) {
        activity = "a part of the evaluation";
    }

    @Override
    public void step(int done, int all, Map<String, Double> metrics) {
        activity = "the step at hand";
    }

    /** What is going on and is finished before a pause. */
    final String activity() {
        return activity;
    }

    @Override
    public void group(GroupRecord group) {
        judgeError.hear(group);
    }

    /** The words of the last verdict that the step's judge did not give; empty where it gave all. Told once. */
    final String takeJudgeError() {
        return judgeError.take();
    }

    /** The writer of what people read at the end; one that writes nothing where programs read. */
    final PrintWriter end() {
        return end;
    }

    /** The folder of the record; empty where none is kept. */
    final Optional<Path> folder() {
        return folder;
    }

    /** Prints the folder of the record at the end, where one is kept. */
    final void printRecord() {
        folder.ifPresent(kept -> end.println("record: " + kept));
    }

    /** Tells programs the end of a command whose run has no {@link org.catrl.run.RunResult}. */
    void finished(Map<String, Object> found) { }

    /** Tells why nothing is done, people and programs; returns what the process ends with. */
    final ExitCode nothingToDo(String why) {
        end.println(why);
        finished(Map.of("message", why));
        return ExitCode.OK;
    }

    /** Ends what is still being shown. */
    @Override
    public void close() { }
}
