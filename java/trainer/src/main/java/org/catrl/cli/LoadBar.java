package org.catrl.cli;

import java.io.PrintWriter;
import org.catrl.model.LoadListener;

/** How far a large model has been loaded, in MiB; a small one is there before anybody could read that. */
final class LoadBar implements LoadListener, AutoCloseable {
    private static final long LARGE = 200L << 20;
    private static final int LINES = 4;

    private final PrintWriter out;
    private Progress progress;

    LoadBar(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void loaded(long done, long all) {
        if (all < LARGE) {
            return;
        }
        if (progress == null) {
            progress = Progress.of(out, Terminal.present(), "loading MiB", all >> 20, LINES);
        }
        progress.show(done >> 20, "");
        if (done >= all) {
            close();
        }
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
            progress = null;
        }
    }
}
