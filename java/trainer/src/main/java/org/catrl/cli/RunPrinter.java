package org.catrl.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.catrl.guard.GuardReport;
import org.catrl.run.Measured;
import org.catrl.run.RunListener;
import org.catrl.run.RunResume;
import org.catrl.run.RunStart;
import org.catrl.train.Phase;

/** A printer of how far a run is: a bar on a terminal, now and then a line elsewhere. */
final class RunPrinter implements RunListener, AutoCloseable {
    private static final int EVALUATION_LINES = 4;

    private final PrintWriter out;
    private final Steps steps;
    private final int evaluationLines;
    private final LoadBar load;
    private Progress progress;
    private Optional<Path> folder = Optional.empty();
    private boolean stepped;
    /** Read by the thread that hears signals. */
    private volatile String activity = "what is being loaded";

    /**
     * A printer of steps.
     *
     * @param name  what stands before their number
     * @param lines how many to print at most where no terminal is; 0 = all
     * @param note  what stands behind the number, made of a step's metrics
     */
    record Steps(String name, int lines, Function<Map<String, Double>, String> note) { }

    RunPrinter(PrintWriter out, Steps steps) {
        this(out, steps, EVALUATION_LINES);
    }

    /**
     * A printer of what has no steps.
     *
     * @param lines how many to print at most where no terminal is
     */
    RunPrinter(PrintWriter out, int lines) {
        this(out, new Steps("", 0, metrics -> ""), lines);
    }

    private RunPrinter(PrintWriter out, Steps steps, int evaluationLines) {
        this.out = out;
        this.steps = steps;
        this.evaluationLines = evaluationLines;
        this.load = new LoadBar(out);
    }

    @Override
    public void loading(long done, long all) {
        load.loaded(done, all);
    }

    @Override
    public void skipped(int prompts, String first) {
        out.println("skipped: " + prompts + (prompts == 1 ? " prompt does" : " prompts do") + " not fit the model's "
                + "context; the first: " + first);
    }

    @Override
    public void damagedAnswers(Path file, int lines) {
        out.println(file + ": " + lines + (lines == 1 ? " line holds" : " lines hold") + " no answer of an endpoint, "
                + "cut off or damaged; what was asked there is asked again");
    }

    @Override
    public void started(RunStart start) {
        load.close();
        folder = start.folder();
        out.println(BackendLine.of(start.backend(), start.why()));
        if (start.readsGold()) {
            out.println(Terminal.red("allow_gold: this run learns from the data's own rubrics; it is a control "
                    + "experiment"));
        }
    }

    @Override
    public void resumed(RunResume resume) {
        out.println(resume.checkpoint().map(from -> "resumed after " + resume.done() + " of " + resume.steps()
                + " steps, from " + from).orElse("no checkpoint had been written: the run begins anew")
                + resume.setAside().map(place -> "; what came later is in " + place).orElse(""));
        resume.warning().ifPresent(out::println);
    }

    @Override
    public void phase(int step, Phase phase) {
        activity = "the " + phase.text() + " phase of step " + (step + 1);
    }

    /** What is going on and is finished before a pause. */
    String activity() {
        return activity;
    }

    @Override
    public void evaluating(String name, int done, int all) {
        activity = "a part of the evaluation";
        if (done == 0) {
            begin(name, all, evaluationLines);
        }
        progress.show(done, "");
    }

    @Override
    public void evaluated(String name, Measured measured) {
        close();
    }

    @Override
    public void emptyStep(String why) {
        out.println(why);
    }

    @Override
    public void unwatched(String why) {
        out.println("guard: this run is not watched: " + why);
    }

    @Override
    public void guard(GuardReport report) {
        out.println(report.stops() ? report.message() : Terminal.red(report.message()));
    }

    @Override
    public void step(int done, int all, Map<String, Double> metrics) {
        activity = "the step at hand";
        if (!stepped) {
            stepped = true;
            begin(steps.name(), all, steps.lines() == 0 ? all : steps.lines());
        }
        progress.show(done, steps.note().apply(metrics));
    }

    /** Prints the folder of the record, where one is kept. */
    void printRecord() {
        folder.ifPresent(kept -> out.println("record: " + kept));
    }

    private void begin(String name, int all, int lines) {
        close();
        progress = Progress.of(out, Terminal.present(), name, all, lines);
    }

    /** Takes the bars off the terminal. */
    @Override
    public void close() {
        load.close();
        if (progress != null) {
            progress.close();
            progress = null;
        }
    }
}
