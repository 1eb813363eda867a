package org.catrl.record;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A run's saved models: RUN/checkpoint-N every so many steps, and RUN/model at the end. Each is written beside its
 * place and moved there when it is complete, and moved away before it is removed, so that what stands there is never
 * half a model, whenever the process is killed. Nothing is overwritten, and what somebody else has put into a
 * checkpoint keeps it from being removed.
 */
public final class Checkpoints {
    /** Whatever writes a model's folder. */
    public interface Saving {
        /** Writes the model's files into a folder that it makes. */
        void to(Path folder) throws IOException;
    }

    /** A checkpoint with the files that were written into it. */
    private record Kept(Path folder, Set<Path> files) { }

    private static final String PREFIX = "checkpoint-";

    private final Path run;
    private final int every;
    private final int limit;
    private final Deque<Kept> kept = new ArrayDeque<>();
    private Optional<Kept> best = Optional.empty();

    /**
     * The checkpoints of a run that has not begun.
     *
     * @param run   the folder of the run
     * @param every steps between two checkpoints; 0 = none
     * @param limit how many are kept, the newest; 0 = all
     */
    public Checkpoints(Path run, int every, int limit) {
        this.run = run;
        this.every = every;
        this.limit = limit;
    }

    /**
     * Saves when it is time to, and says where.
     *
     * @param steps optimizer steps made so far
     * @throws RecordException when it cannot be written, naming the step and the checkpoint that is left
     */
    public Optional<Path> after(int steps, Saving saving) {
        return every == 0 || steps % every != 0 ? Optional.empty() : saved(steps, saving, false);
    }

    /**
     * Saves the best model so far, and says where. It is kept beside the newest ones until there is a better one.
     *
     * @param steps optimizer steps made so far
     * @throws RecordException when it cannot be written, naming the step and the checkpoint that is left
     */
    public Optional<Path> best(int steps, Saving saving) {
        return saved(steps, saving, true);
    }

    private Optional<Path> saved(int steps, Saving saving, boolean isBest) {
        Path checkpoint = run.resolve(PREFIX + steps);
        try {
            write(checkpoint, saving);
            Kept saved = new Kept(checkpoint, files(checkpoint));
            if (isBest) {
                Optional<Kept> before = best;
                best = Optional.of(saved);
                if (before.isPresent()) {
                    remove(before.get());
                }
                return Optional.of(checkpoint);
            }
            kept.add(saved);
            while (limit > 0 && kept.size() > limit) {
                remove(kept.remove());
            }
        } catch (IOException e) {
            throw new RecordException("step " + steps + ": " + checkpoint + ": cannot be written: "
                    + RecordException.reason(e) + "; " + left(), e);
        }
        return Optional.of(checkpoint);
    }

    private String left() {
        return last().map(last -> "the last checkpoint is " + last)
                .orElse("no checkpoint has been saved before");
    }

    /** The newest checkpoint, if there is any. */
    public Optional<Path> last() {
        return Optional.ofNullable(kept.peekLast()).map(Kept::folder);
    }

    /** The checkpoint of most steps in the folder of a run, whoever made it; empty where there is none. */
    public static Optional<Path> newest(Path run) {
        try (Stream<Path> folders = Files.list(run)) {
            return folders.filter(folder -> folder.getFileName().toString().matches(PREFIX + "\\d{1,9}"))
                    .max(Comparator.comparingInt(folder -> Integer.parseInt(folder.getFileName().toString()
                            .substring(PREFIX.length()))));
        } catch (IOException e) {
            throw new RecordException(run + ": cannot be listed: " + RecordException.reason(e), e);
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
            write(target, saving);
        } catch (IOException e) {
            throw RecordException.of(target, e);
        }
    }

    private static void write(Path target, Saving saving) throws IOException {
        requireFree(target);
        Leftovers.clean(target.toAbsolutePath().getParent(), target.getFileName().toString());
        Path partial = Leftovers.partial(target);
        try {
            saving.to(partial);
            requireFree(target);
            move(partial, target);
        } catch (IOException | RuntimeException | Error e) {
            forget(partial, e);
            throw e;
        }
    }

    private static void requireFree(Path target) {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new RunFolderException(target + ": is there already, and nothing is overwritten; name another "
                    + "folder, or move it away");
        }
    }

    /** Deletes what is half written; the error that led to it is the one that is told. */
    private static void forget(Path partial, Throwable told) {
        try {
            Leftovers.delete(partial);
        } catch (IOException e) {
            told.addSuppressed(e);
        }
    }

    private static void move(Path from, Path target) throws IOException {
        try {
            Files.move(from, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, target);
        }
    }

    /** Removes a checkpoint that holds what was written into it, and no more. */
    private static void remove(Kept old) throws IOException {
        if (Files.isDirectory(old.folder, LinkOption.NOFOLLOW_LINKS) && files(old.folder).equals(old.files)) {
            Path removed = Leftovers.removed(old.folder);
            move(old.folder, removed);
            Leftovers.delete(removed);
        }
    }

    private static Set<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.map(folder::relativize).collect(Collectors.toSet());
        }
    }
}
