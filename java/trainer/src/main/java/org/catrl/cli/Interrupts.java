package org.catrl.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * What SIGINT (Ctrl-C) and SIGTERM do to a run: the first pauses it, a second one ends the process at once, with the
 * code of the first. Java has no public way to hear a signal without an end of the process; {@code sun.misc.Signal} is
 * in the module jdk.unsupported, which every JDK and this program's bundle hold. A signal that the process was started
 * to ignore, as under nohup, stays ignored.
 */
final class Interrupts implements AutoCloseable {
    /** The handler of a signal as it was before. */
    private record Former(Signal signal, SignalHandler handler) { }

    private final Runnable pause;
    private final Supplier<String> activity;
    private final PrintWriter err;
    private final AtomicReference<ExitCode> heard = new AtomicReference<>();
    private final List<Former> former = new ArrayList<>();

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
            Signal signal = new Signal(name);
            former.add(new Former(signal, Signal.handle(signal, told -> come(code))));
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

    /** The code of the signal that came; empty where none did. */
    Optional<ExitCode> heard() {
        return Optional.ofNullable(heard.get());
    }

    @Override
    public void close() {
        former.forEach(one -> Signal.handle(one.signal(), one.handler()));
    }
}
