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
        return terminal ? new Bar(task, whole) : new Lines(out, task, whole, lines);
    }

    /** A bar that redraws itself. */
    final class Bar implements Progress {
        private final ProgressBar bar;

        Bar(String task, long whole) {
            bar = new ProgressBarBuilder().setTaskName(task).setInitialMax(whole)
                    .setStyle(ProgressBarStyle.UNICODE_BLOCK).setUpdateIntervalMillis(200).build();
        }

        @Override
        public void show(long done, String note) {
            bar.setExtraMessage(note);
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
        private long written;

        Lines(PrintWriter out, String task, long whole, int lines) {
            this.out = out;
            this.task = task;
            this.whole = whole;
            this.lines = lines;
        }

        @Override
        public void show(long done, String note) {
            long due = done * lines / Math.max(1, whole);
            if (due > written) {
                written = due;
                out.printf("%s %d/%d%s%n", task, done, whole, note.isEmpty() ? "" : "  " + note);
            }
        }

        @Override
        public void close() {
            out.flush();
        }
    }
}
