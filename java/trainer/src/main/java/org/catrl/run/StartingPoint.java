package org.catrl.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.catrl.compute.Backend;
import org.catrl.recipe.RecipeException;
import org.catrl.record.Checkpoints;
import org.catrl.record.RunRecord;
import org.catrl.record.SetAside;

/**
 * Where the work of a run begins whose folder this process holds: at its first step, or where a checkpoint leaves off.
 * Until {@link #settle} nothing in the folder is changed.
 */
final class StartingPoint {
    /** Whatever reads the files of a checkpoint. */
    interface Restoring {
        /** Takes up what was learned. */
        void from(Path checkpoint) throws IOException;
    }

    private final RunRecord record;
    private final boolean resumed;
    private final Optional<Path> checkpoint;
    private final Optional<RunState> state;

    private StartingPoint(RunRecord record, boolean resumed, Optional<Path> checkpoint, Optional<RunState> state) {
        this.record = record;
        this.resumed = resumed;
        this.checkpoint = checkpoint;
        this.state = state;
    }

    /** The beginning of a new run. */
    static StartingPoint first(RunRecord record) {
        return new StartingPoint(record, false, Optional.empty(), Optional.empty());
    }

    /**
     * The point where a checkpoint leaves off, once that is found to be whole.
     *
     * @param asked the one that was named; empty = the newest, or the beginning where there is none
     * @param kind  "train" or "sft"
     * @param steps those of the run by its recipe
     * @throws org.catrl.record.CheckpointException naming a file that is damaged or of another format
     * @throws RecipeException                      when the run is to have fewer steps than are done
     */
    static StartingPoint of(RunRecord record, Optional<Path> asked, String kind, int steps) {
        Optional<Path> checkpoint = asked.or(() -> Checkpoints.newest(record.folder().folder()));
        checkpoint.ifPresent(Checkpoints::verify);
        Optional<RunState> state = checkpoint.map(folder -> RunState.read(folder, kind));
        state.filter(done -> done.step() > steps).ifPresent(done -> {
            throw new RecipeException(record.folder().folder() + ": max_steps is " + steps + ", but "
                    + checkpoint.orElseThrow() + " has done " + done.step()
                    + "; go on with an earlier checkpoint, or with more steps");
        });
        return new StartingPoint(record, true, checkpoint, state);
    }

    private Path folder() {
        return record.folder().folder();
    }

    /** The record of the run. */
    RunRecord record() {
        return record;
    }

    /** The steps that are done. */
    int step() {
        return state.map(RunState::step).orElse(0);
    }

    /**
     * Takes up what the checkpoint holds, once what the run began with is found to be what is there now.
     *
     * @param now   what is there now
     * @param model the folder of the initial weights
     * @throws RecipeException when the backend is of another kind than the run's
     */
    void restore(Restoring learned, List<StatePart> parts, Origin now, Path model, Backend backend)
            throws IOException {
        if (state.isEmpty()) {
            return;
        }
        now.requireSame(state.get().origin(), model, folder());
        requireKind(state.get(), backend);
        learned.from(checkpoint.orElseThrow());
        state.get().restore(parts, checkpoint.get());
    }

    private void requireKind(RunState then, Backend now) {
        if (!then.backend().equals(now.name())) {
            throw new RecipeException(folder() + ": the run was on the backend " + then.backend() + ", and "
                    + "would go on with " + now.name() + ", which computes other bits; go on with --backend "
                    + then.backend());
        }
    }

    /**
     * Puts the run's folder into the state that it had when the checkpoint was written: what came later is set aside,
     * and the record rolled back.
     *
     * @param steps those of the whole run
     * @return what listeners are told; empty where a new run begins
     */
    Optional<RunResume> settle(int steps, Backend backend) {
        if (!resumed) {
            return Optional.empty();
        }
        Optional<Path> aside = checkpoint.isEmpty() ? record.folder().setAside()
                : SetAside.move(folder(), later(steps));
        record.rollBack(step());
        return Optional.of(new RunResume(step(), steps, checkpoint, aside, warning(backend.description())));
    }

    /** What came after the checkpoint; a model that was saved of its very weights stays. */
    private List<Path> later(int steps) {
        Path summary = folder().resolve("summary.json");
        List<Path> later = new ArrayList<>(Checkpoints.after(folder(), step()));
        if (!later.isEmpty() || Files.exists(summary) || step() < steps) {
            later.add(record.folder().model());
        }
        later.add(summary);
        return later;
    }

    private Optional<String> warning(String now) {
        return state.map(RunState::device).filter(then -> !withoutThreads(then).equals(withoutThreads(now)))
                .map(then -> "the run was on " + then + ", and goes on with " + now + ": bits are the same on one kind "
                        + "of processor and instruction set only");
    }

    private static String withoutThreads(String description) {
        return description.replaceAll("\\d+ threads?", "threads");
    }
}
