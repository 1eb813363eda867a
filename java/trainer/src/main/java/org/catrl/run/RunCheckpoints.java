package org.catrl.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.catrl.record.Checkpoints;
import org.catrl.record.RunFolder;
import org.catrl.train.Snapshot;

/** The checkpoints of a run: when one is due, and what is in it. */
final class RunCheckpoints {
    private final Path run;
    private final int every;
    private final Supplier<Snapshot> learned;
    private final IntFunction<RunState> state;
    private Optional<Path> last;

    RunCheckpoints(RunFolder record, int every, Supplier<Snapshot> learned, IntFunction<RunState> state) {
        this.run = record.folder();
        this.every = every;
        this.learned = learned;
        this.state = state;
        this.last = Checkpoints.newest(run);
    }

    /** Saves after a step when it is time to, and says where. */
    Optional<Path> after(int done) {
        return every == 0 || done % every != 0 ? Optional.empty() : at(done);
    }

    /** Saves now, unless the checkpoint after that step is there, and says where. */
    Optional<Path> at(int done) {
        Path checkpoint = run.resolve("checkpoint-" + done);
        last = Optional.of(checkpoint);
        if (Files.exists(checkpoint)) {
            return Optional.empty();
        }
        Snapshot snapshot = learned.get();
        String json = state.apply(done).json();
        Checkpoints.save(checkpoint, folder -> {
            snapshot.save(folder);
            Files.writeString(folder.resolve(RunState.FILE), json);
        });
        return last;
    }

    /** The newest. */
    Optional<Path> last() {
        return last;
    }
}
