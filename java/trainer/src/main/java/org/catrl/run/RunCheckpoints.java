package org.catrl.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.catrl.recipe.SaveRecipe;
import org.catrl.record.Checkpoints;
import org.catrl.record.RecordException;
import org.catrl.record.RunRecord;
import org.catrl.train.Snapshot;

/** The checkpoints of a run: when one is due, what is in it, and which is the best. */
final class RunCheckpoints implements StatePart, AutoCloseable {
    private static final String BEST = "best";

    private final SaveRecipe save;
    private final Supplier<Snapshot> learned;
    private final IntFunction<RunState> state;
    private final RunListener listener;
    private RunRecord record;
    private Checkpoints checkpoints;
    private int standing = -1;
    private int best = -1;

    /**
     * The checkpoints of a run whose folder is not ready yet, see {@link #begin}.
     *
     * @param learned  takes a copy of what has been learned
     * @param state    the rest of what a checkpoint holds, after so many steps
     * @param listener hears of those that are written
     */
    RunCheckpoints(SaveRecipe save, Supplier<Snapshot> learned, IntFunction<RunState> state, RunListener listener) {
        this.save = save;
        this.learned = learned;
        this.state = state;
        this.listener = listener;
    }

    /**
     * Begins with those that stand in the run's folder.
     *
     * @param prepare takes the memory for copies
     */
    void begin(RunRecord ofRun, int done, Runnable prepare) {
        record = ofRun;
        Path run = record.folder().folder();
        checkpoints = new Checkpoints(run, save.saveSteps(), save.saveMinutes(), save.saveTotalLimit());
        checkpoints.best(best);
        standing = Checkpoints.isThere(run, done) ? done : -1;
        if (checkpoints.isOn()) {
            prepare.run();
        }
    }

    /**
     * Saves after a step, when it is time to or when it is the best so far, which is kept until there is a better one.
     *
     * @param isBest whether it is the best so far
     */
    void after(int done, boolean isBest) {
        boolean better = isBest && checkpoints.isOn();
        if (better) {
            best = done;
            checkpoints.best(done);
            record.event(BEST, "after " + done + (done == 1 ? " step" : " steps"));
        }
        if (better || checkpoints.due(done)) {
            save(done);
        }
        tell();
    }

    /** Saves when the training has ended, if the run saves any; waits until it is written. */
    void end(int done) {
        if (checkpoints.isOn() && done > 0) {
            now(done);
        }
    }

    /** Saves now; waits until it is written, and says where it is. */
    Path now(int done) {
        save(done);
        checkpoints.await();
        tell();
        return checkpoints.last().orElseThrow();
    }

    private void save(int done) {
        if (done != standing) {
            record.flush(); // first: a checkpoint stands for steps that are recorded
            checkpoints.save(done, state.apply(done).json(), () -> learned.get()::save);
        }
    }

    private void tell() {
        checkpoints.written().forEach(written -> {
            record.event(written.done() - 1, "checkpoint", written.folder().getFileName().toString());
            listener.checkpoint(written.done(), written.folder());
        });
    }

    /** The sentence about what is left of the run, once the checkpoint at hand is written. */
    String left() {
        try {
            checkpoints.await();
        } catch (RecordException e) {
            return e.getMessage(); // it says the same
        }
        return checkpoints.last().map(last -> "the last checkpoint is " + last)
                .orElse("no checkpoint has been saved (save_steps, save_minutes)");
    }

    /** The best one, where there is any and it has been written. */
    Optional<Path> best() {
        return checkpoints.best();
    }

    @Override
    public String name() {
        return "checkpoints";
    }

    @Override
    public JsonNode state() {
        return JsonNodeFactory.instance.objectNode().put(BEST, best);
    }

    @Override
    public void restore(JsonNode told) {
        best = told.path(BEST).asInt(-1);
    }

    /** Waits for the one that is being written. */
    @Override
    public void close() {
        if (checkpoints != null) {
            checkpoints.close();
        }
    }
}
