package org.catrl.record;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A run's saved models: RUN/checkpoint-N every so many steps, and RUN/model at the end. Each is written beside its
 * place and moved there when it is complete, so that what stands there is never half a model.
 */
public final class Checkpoints {
    /** Whatever writes a model's folder. */
    public interface Saving {
        /** Writes the model's files into a folder that it makes. */
        void to(Path folder) throws IOException;
    }

    private final Path run;
    private final int every;
    private final int limit;
    private final Deque<Path> kept = new ArrayDeque<>();

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
     */
    public Optional<Path> after(int steps, Saving saving) throws IOException {
        if (every == 0 || steps % every != 0) {
            return Optional.empty();
        }
        Path checkpoint = run.resolve("checkpoint-" + steps);
        save(checkpoint, saving);
        kept.add(checkpoint);
        while (limit > 0 && kept.size() > limit) {
            delete(kept.remove());
        }
        return Optional.of(checkpoint);
    }

    /** The newest checkpoint, if there is any. */
    public Optional<Path> last() {
        return Optional.ofNullable(kept.peekLast());
    }

    /**
     * Writes a folder beside its place, and moves it there when it is complete. What stood there before is replaced.
     */
    public static void save(Path target, Saving saving) throws IOException {
        Path partial = target.resolveSibling("." + target.getFileName() + ".partial");
        delete(partial);
        try {
            saving.to(partial);
            delete(target);
            move(partial, target);
        } catch (IOException | RuntimeException | Error e) {
            delete(partial);
            throw e;
        }
    }

    private static void move(Path from, Path target) throws IOException {
        try {
            Files.move(from, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, target);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }
}
