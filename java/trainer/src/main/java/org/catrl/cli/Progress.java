package org.catrl.cli;

import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far a long piece of work has come: a bar on a terminal, now and then a line elsewhere. */
sealed interface Progress extends AutoCloseable {
    /**
     * Shows how far the work has come.
     *
     * @param done how much of the whole
     * @param note what matters now, one short line; may be empty
     */
    void show(long done, String note);

    @Override
    void close();

    /**
     * The progress of a task that nothing has been done of.
     *
     * @param terminal whether the reader is a terminal
     * @param whole    how much there is to do
     * @param lines    how many lines to write at most where it is none
     */
    static Progress of(PrintWriter out, boolean terminal, String task, long whole, int lines) {
        return of(out, terminal, task, whole, lines, Eta.fromNow());
    }

    /** The same of a task whose beginning may lie before. @param eta the time that it has taken so far */
    static Progress of(PrintWriter out, boolean terminal, String task, long whole, int lines, Eta eta) {
        return terminal ? new Bar(task, whole, eta) : new Lines(out, task, whole, lines, eta);
    }

    /** Two texts, each behind two spaces; nothing for an empty one. */
    private static String text(String first, String second) {
        return (first.isEmpty() ? "" : "  " + first) + (second.isEmpty() ? "" : "  " + second);
    }

    /** A bar that redraws itself. */
    final class Bar implements Progress {
        private final ProgressBar bar;
        private final long whole;
        private final Eta eta;

        Bar(String task, long whole, Eta eta) {
            this.bar = new ProgressBarBuilder().setTaskName(task).setInitialMax(whole).hideEta()
                    .setStyle(ProgressBarStyle.UNICODE_BLOCK).setUpdateIntervalMillis(200).build();
            this.whole = whole;
            this.eta = eta;
        }

        @Override
        public void show(long done, String note) {
            eta.reached(done);
            bar.setExtraMessage(text(eta.text(whole), note)); // what does not fit is cut off at the end
            bar.stepTo(done);
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    /** Plain lines, evenly spread. */
    final class Lines implements Progress {
        private final PrintWriter out;
        private final String task;
        private final long whole;
        private final int lines;
        private final Eta eta;
        private long written;

        Lines(PrintWriter out, String task, long whole, int lines, Eta eta) {
            this.out = out;
            this.task = task;
            this.whole = whole;
            this.lines = lines;
            this.eta = eta;
        }

        @Override
        public void show(long done, String note) {
            eta.reached(done);
            long due = done * lines / Math.max(1, whole);
            if (due > written) {
                written = due;
                out.println(task + " " + done + "/" + whole + text(note, eta.text(whole)));
            }
        }

        @Override
        public void close() {
            out.flush();
        }
    }
}
