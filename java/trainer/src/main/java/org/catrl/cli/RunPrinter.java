package org.catrl.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiFunction;
import org.catrl.guard.GuardReport;
import org.catrl.run.Measured;
import org.catrl.run.RunResume;
import org.catrl.run.RunStart;
import org.catrl.train.Phase;

/** A printer of how far a run is: a bar on a terminal, lines elsewhere. */
final class RunPrinter extends RunOutput {
    private static final int EVALUATION_LINES = 4;

    private final PrintWriter out;
    private final Steps steps;
    private final int evaluationLines;
    private final LoadBar load;
    private long since = System.nanoTime();
    private Eta eta;
    private Progress progress;

    /**
     * A printer of steps.
     *
     * @param name  what stands before their number
     * @param lines how many to print at most where no terminal is; 0 = all
     * @param note  what stands behind the number, made of a step's metrics and its judge's last error, which
     *              may be empty
     */
    record Steps(String name, int lines, BiFunction<Map<String, Double>, String, String> note) { }

    RunPrinter(PrintWriter out, Steps steps) {
        this(out, steps, EVALUATION_LINES);
    }

    /**
     * A printer of what has no steps.
     *
     * @param lines how many to print at most where no terminal is
     */
    RunPrinter(PrintWriter out, int lines) {
        this(out, new Steps("", 0, (metrics, error) -> ""), lines);
    }

    private RunPrinter(PrintWriter out, Steps steps, int evaluationLines) {
        super(out);
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
        out.println(WarningText.skipped(prompts, first));
    }

    @Override
    public void damagedAnswers(Path file, int lines) {
        out.println(WarningText.damagedAnswers(file, lines));
    }

    @Override
    public void started(RunStart start) {
        super.started(start);
        load.close();
        since = System.nanoTime();
        out.println(BackendLine.of(start.backend(), start.why()));
        if (start.readsGold()) {
            out.println(Terminal.red(WarningText.readsGold()));
        }
    }

    @Override
    public void resumed(RunResume resume) {
        out.println(resume.checkpoint().map(from -> "resumed after " + resume.done() + " of " + resume.steps()
                + " steps, from " + from).orElse("no checkpoint had been written: the run begins anew")
                + resume.setAside().map(place -> "; what came later is in " + place).orElse(""));
        resume.warning().ifPresent(out::println);
    }

    /** The time of steps begins with the first of them: what comes before is not repeated. */
    @Override
    public void phase(int step, Phase phase) {
        super.phase(step, phase);
        if (eta == null) {
            eta = new Eta(System::nanoTime, step, System.nanoTime());
        }
    }

    @Override
    public void evaluating(String name, int done, int all) {
        super.evaluating(name, done, all);
        if (done == 0) {
            close();
            progress = Progress.of(out, Terminal.present(), name, all, evaluationLines);
        }
        progress.show(done, "");
    }

    @Override
    public void evaluated(String name, Measured measured) {
        close();
        since = System.nanoTime();
    }

    @Override
    public void emptyStep(String why) {
        out.println(why);
    }

    @Override
    public void unwatched(String why) {
        out.println(WarningText.unwatched(why));
    }

    @Override
    public void guard(GuardReport report) {
        out.println(report.stops() ? report.message() : Terminal.red(report.message()));
    }

    @Override
    public void step(int done, int all, Map<String, Double> metrics) {
        super.step(done, all, metrics);
        if (eta == null) {
            eta = new Eta(System::nanoTime, done - 1, since);
        }
        if (progress == null) {
            progress = Progress.of(out, Terminal.present(), steps.name(), all, steps.lines() == 0 ? all : steps.lines(),
                    eta);
        }
        progress.show(done, steps.note().apply(metrics, takeJudgeError()));
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
