package org.catrl.record;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;

/**
 * The checkpoints of a run: RUN/checkpoint-N, all that training needs to go on after N steps. They are written by a
 * thread of their own while training goes on, beside their place, and moved there when they are on the disk, so that
 * what stands there is whole whenever the process is killed. Nothing is overwritten, and what somebody else has put
 * into a checkpoint keeps it from being removed.
 *
 * <pre>{@code
 * try (Checkpoints checkpoints = new Checkpoints(run, 0, 10, 2)) {
 *     ...
 *     if (checkpoints.due(done)) {
 *         checkpoints.save(done, state, () -> policy.snapshot()::save);
 *     }
 *     checkpoints.written().forEach(written -> System.out.println(written.folder()));
 * }
 * }</pre>
 *
 * One thread calls; the writer is the only other.
 */
public final class Checkpoints implements AutoCloseable {
    /** The number of the format of {@code state.json}: its "format". */
    public static final int FORMAT = 1;

    /** Whatever writes a model's folder. */
    public interface Saving {
        /** Writes the model's files into a folder that it makes. */
        void to(Path folder) throws IOException;
    }

    /** What copies the state of a training at once, on the thread that trains. */
    public interface Taking {
        /** A copy, which another thread writes. */
        Saving take();
    }

    /**
     * A checkpoint that stands in its place.
     *
     * @param done    steps made
     * @param folder  its place
     * @param seconds that writing took, during which training went on
     */
    public record Written(int done, Path folder, double seconds) { }

    private static final double NANOS = 1e9;

    private final Path run;
    private final int everySteps;
    private final long everyNanos;
    private final LongSupplier clock;
    private final CheckpointWriter writer = new CheckpointWriter();
    private final KeptCheckpoints kept;
    private final Queue<Written> untold = new ConcurrentLinkedQueue<>();
    private int begun = -1;
    private long begunAt;
    private double stall;

    /**
     * The checkpoints of a run; those that are there already count among those that are kept, and what killed processes
     * of this machine left half written or half removed is deleted.
     *
     * @param run     the folder of the run, which exists
     * @param steps   steps between two checkpoints; 0 = not by steps
     * @param minutes time between two checkpoints; 0 = not by time
     * @param limit   how many are kept, the newest, beside the best; 0 = all
     * @throws RecordException when the folder cannot be read
     */
    public Checkpoints(Path run, int steps, int minutes, int limit) {
        this(run, steps, minutes, limit, System::nanoTime);
    }

    Checkpoints(Path run, int steps, int minutes, int limit, LongSupplier clock) {
        this.run = run;
        this.everySteps = steps;
        this.everyNanos = (long) (minutes * 60 * NANOS);
        this.clock = clock;
        this.begunAt = clock.getAsLong();
        Leftovers.clean(run);
        try {
            this.kept = new KeptCheckpoints(run, limit);
        } catch (IOException e) {
            throw CheckpointFolder.cannotBeListed(run, e);
        }
    }

    /** Whether a run of these settings saves any. */
    public boolean isOn() {
        return everySteps > 0 || everyNanos > 0;
    }

    /** Whether it is time for one. @param done steps made so far */
    public boolean due(int done) {
        return everySteps > 0 && done % everySteps == 0
                || everyNanos > 0 && clock.getAsLong() - begunAt >= everyNanos;
    }

    /**
     * Begins to write a checkpoint, due or not, and returns when the copy is taken; waits before for the one that is
     * still being written. One of as many steps as the last is not written again.
     *
     * @param done   steps made so far
     * @param state  the text of {@code state.json}: an object with "format": {@value #FORMAT}
     * @param taking copies what is to be written
     * @throws RecordException     when the one before could not be written, naming its step and what is left
     * @throws RunFolderException  when something else stands in its place
     * @throws CheckpointException when the state tells another format
     */
    public void save(int done, String state, Taking taking) {
        if (done == begun) {
            return;
        }
        long start = clock.getAsLong();
        writer.await();
        Path folder = CheckpointFolder.of(run, done);
        CheckpointFolder.requireFormat(folder.resolve(CheckpointFolder.STATE), state);
        WholeFolder.requireFree(folder);
        Saving saving = taking.take();
        begun = done;
        begunAt = clock.getAsLong();
        writer.begin(() -> write(done, folder, state, saving));
        stall += (clock.getAsLong() - start) / NANOS;
    }

    private void write(int done, Path folder, String state, Saving saving) {
        long start = clock.getAsLong();
        try {
            WholeFolder.write(folder, partial -> {
                saving.to(partial);
                CheckpointFolder.complete(partial, state);
            });
        } catch (IOException e) {
            throw new RecordException("step " + done + ": " + CheckpointFolder.blamed(folder, e)
                    + ": cannot be written: " + RecordException.reason(e) + "; " + left(), e);
        }
        untold.add(new Written(done, folder, (clock.getAsLong() - start) / NANOS));
        kept.add(done, folder);
        kept.removeSurplus();
    }

    private String left() {
        return last().map(last -> "the last checkpoint is " + last)
                .orElse("no checkpoint has been saved before");
    }

    /**
     * The checkpoints that were written since this was last asked, in order.
     *
     * @throws RecordException when one could not be written, naming its step and what is left
     */
    public List<Written> written() {
        if (writer.isIdle()) {
            writer.await();
        }
        List<Written> told = new ArrayList<>();
        for (Written one = untold.poll(); one != null; one = untold.poll()) {
            told.add(one);
        }
        return told;
    }

    /** Waits for the one that is being written; throws as {@link #written} does. */
    public void await() {
        writer.await();
    }

    /** Keeps one from being removed, until another is the best. @param done its steps */
    public void best(int done) {
        kept.best(done);
    }

    /** The best one, where there is any and it has been written. */
    public Optional<Path> best() {
        return kept.best();
    }

    /** The newest that has been written, if there is any. */
    public Optional<Path> last() {
        return kept.last();
    }

    /** The seconds that {@link #save} has taken altogether: what training waited for. */
    public double stallSeconds() {
        return stall;
    }

    /** Waits for the one that is being written; throws as {@link #written} does. */
    @Override
    public void close() {
        writer.close();
    }

    /** The checkpoint of most steps in the folder of a run, whoever made it; empty where there is none. */
    public static Optional<Path> newest(Path run) {
        try {
            SortedMap<Integer, Path> all = CheckpointFolder.all(run);
            return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.lastKey()));
        } catch (IOException e) {
            throw CheckpointFolder.cannotBeListed(run, e);
        }
    }

    /**
     * A check that training can go on from a checkpoint: every byte is as it was written.
     *
     * @return the text of its state.json
     * @throws CheckpointException naming the file, and the newest checkpoint before it that is whole
     * @throws RecordException     when a file cannot be read
     */
    public static String verify(Path folder) {
        try {
            return CheckpointFolder.verified(folder);
        } catch (IOException e) {
            throw new RecordException(folder + ": cannot be read: " + RecordException.reason(e), e);
        }
    }

    /** Whether the checkpoint after so many steps is in the folder of a run. */
    public static boolean isThere(Path run, int done) {
        return CheckpointFolder.isCheckpoint(CheckpointFolder.of(run, done));
    }

    /** Whether a path has a checkpoint's name. */
    public static boolean isNamed(Path path) {
        return CheckpointFolder.isNamed(path);
    }

    /** The checkpoints of more steps than these in the folder of a run, the first of them first. */
    public static List<Path> after(Path run, int done) {
        try {
            return List.copyOf(CheckpointFolder.all(run).tailMap(done + 1).values());
        } catch (IOException e) {
            throw CheckpointFolder.cannotBeListed(run, e);
        }
    }

    /**
     * Writes a folder beside its place, and moves it there when it is complete.
     *
     * @throws RunFolderException when something stands there already: it is never overwritten
     * @throws RecordException    when it cannot be written
     */
    public static void save(Path target, Saving saving) {
        try {
            WholeFolder.write(target, saving);
        } catch (IOException e) {
            throw RecordException.of(target, e);
        }
    }
}
