package org.catrl.record;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** The checkpoints of a run that stand in their place, and which of them are to go. Thread-safe. */
final class KeptCheckpoints {
    private final int limit;
    private final SortedMap<Integer, Path> kept;
    private int best = -1;
    /** The best before, which is kept until the new one stands in its place. */
    private int before = -1;

    /**
     * Those that are there now.
     *
     * @param limit how many are kept, the newest, beside the best; 0 = all
     */
    KeptCheckpoints(Path run, int limit) throws IOException {
        this.limit = limit;
        this.kept = CheckpointFolder.all(run);
        kept.values().removeIf(folder -> !CheckpointFolder.isCheckpoint(folder));
    }

    synchronized void add(int done, Path folder) {
        kept.put(done, folder);
    }

    /** Marks the one of so many steps as the best. */
    synchronized void best(int done) {
        before = kept.containsKey(best) ? best : before;
        best = done;
    }

    synchronized Optional<Path> best() {
        return Optional.ofNullable(kept.get(best));
    }

    /** The one of most steps. */
    synchronized Optional<Path> last() {
        return kept.isEmpty() ? Optional.empty() : Optional.of(kept.get(kept.lastKey()));
    }

    /**
     * Removes the oldest beyond the limit. One that holds more than was written into it stays where it is.
     *
     * @throws RecordException when one cannot be removed
     */
    void removeSurplus() {
        for (Path old : surplus()) {
            try {
                if (CheckpointFolder.isOurs(old)) {
                    WholeFolder.remove(old);
                }
            } catch (IOException e) {
                throw CheckpointFolder.cannotBeRemoved(old, e);
            }
        }
    }

    /** Strikes out the oldest beyond the limit, and returns them. */
    private synchronized List<Path> surplus() {
        List<Path> old = new ArrayList<>();
        for (int done : List.copyOf(kept.keySet())) {
            boolean newest = limit == 0 || kept.tailMap(done).size() <= limit;
            if (!newest && !isBest(done)) {
                old.add(kept.remove(done));
            }
        }
        return old;
    }

    private boolean isBest(int done) {
        return done == best || done == before && !kept.containsKey(best);
    }
}
