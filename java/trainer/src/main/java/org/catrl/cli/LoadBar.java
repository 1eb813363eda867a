package org.catrl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.catrl.compute.Backend;
import org.catrl.lm.FrozenModel;
import org.catrl.lm.ModelSettings;
import org.catrl.model.LoadListener;
import org.catrl.train.Policy;
import org.catrl.train.PolicySettings;

/** How far a large model has been loaded, in MiB; a small one is there before anybody could read that. */
public final class LoadBar implements LoadListener, AutoCloseable {
    private static final long LARGE = 200L << 20;
    private static final int LINES = 4;

    private final PrintWriter out;
    private Progress progress;

    LoadBar(PrintWriter out) {
        this.out = out;
    }

    static Policy policy(Backend backend, Path folder, PolicySettings settings, PrintWriter out) throws IOException {
        try (LoadBar bar = new LoadBar(out)) {
            return Policy.open(backend, folder, settings, bar);
        }
    }

    public static FrozenModel frozen(Backend backend, Path folder, ModelSettings settings, PrintWriter out) throws IOException {
        try (LoadBar bar = new LoadBar(out)) {
            return FrozenModel.open(backend, folder, settings, bar);
        }
    }

    @Override
    public void loaded(long done, long all) {
        if (all >= LARGE) {
            if (progress == null) {
                progress = Progress.of(out, Terminal.present(), "loading MiB", all >> 20, LINES);
            }
            progress.at(done >> 20, "");
        }
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
        }
    }
}
