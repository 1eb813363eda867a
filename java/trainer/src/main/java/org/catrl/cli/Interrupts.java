package org.catrl.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.catrl.run.RunResult;
import sun.misc.Signal;

/**
 * What SIGINT (Ctrl-C) and SIGTERM do to a run: the first pauses it, a second one ends the process at once, with the
 * code of the first. Java has no public way to hear a signal without an end of the process; {@code sun.misc.Signal} is
 * in the module jdk.unsupported, which every JDK and this program's bundle hold. A signal that the process was started
 * to ignore, as under nohup, stays ignored.
 */
final class Interrupts implements AutoCloseable {
    private final Runnable pause;
    private final Supplier<String> activity;
    private final PrintWriter err;
    private final AtomicReference<ExitCode> heard = new AtomicReference<>();
    /** Gives each signal back to whom it went before. */
    private final List<Runnable> former = new ArrayList<>();

    private Interrupts(Runnable pause, Supplier<String> activity, PrintWriter err) {
        this.pause = pause;
        this.activity = activity;
        this.err = err;
    }

    /**
     * Hears signals until it is closed.
     *
     * @param pause    asks the run to pause; called on a thread of its own
     * @param activity what is going on and will be finished, e.g. "the rollout phase"
     */
    static Interrupts pausing(Runnable pause, Supplier<String> activity, PrintWriter err) {
        Interrupts interrupts = new Interrupts(pause, activity, err);
        interrupts.hear("INT", ExitCode.INTERRUPTED);
        interrupts.hear("TERM", ExitCode.TERMINATED);
        return interrupts;
    }

    private void hear(String name, ExitCode code) {
        try {
            var signal = new Signal(name);
            var before = Signal.handle(signal, told -> come(code));
            former.add(() -> Signal.handle(signal, before));
        } catch (IllegalArgumentException e) {
            err.println("catrl: SIG" + name + " ends the run without a checkpoint: " + e.getMessage()); // java -Xrs
        }
    }

    private void come(ExitCode code) {
        if (!heard.compareAndSet(null, code)) {
            Runtime.getRuntime().halt(heard.get().code());
        }
        pause.run();
        err.println();
        err.println("catrl: finishing " + activity.get() + "; once more leaves at once");
    }

    /**
     * Tells how a run that was paused goes on; returns what the process ends with.
     *
     * @param command "train" or "sft"
     */
    ExitCode tell(PrintWriter out, String command, RunResult paused) {
        out.println("paused after " + paused.steps() + (paused.steps() == 1 ? " step" : " steps") + "; go on with: "
                + "./catrl " + command + " --resume " + quoted(paused.folder().toString()));
        return Optional.ofNullable(heard.get()).orElse(ExitCode.OK);
    }

    /** A text as a shell reads it as one word. */
    private static String quoted(String text) {
        return text.matches("[\\w./@%+=:,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    @Override
    public void close() {
        former.forEach(Runnable::run);
    }
}
