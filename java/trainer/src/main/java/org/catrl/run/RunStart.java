package org.catrl.run;

import java.nio.file.Path;
import java.util.Optional;
import org.catrl.compute.Backends;

/**
 * What a run works with, known when it starts.
 *
 * <pre>{@code
 * public void started(RunStart start) {
 *     System.out.println(start.backend() + ", because " + start.why());
 * }
 * }</pre>
 *
 * @param backend   its description, e.g. "cpu: avx2, 2 threads"
 * @param why       why it was taken
 * @param folder    the folder of the record; empty where none is kept
 * @param readsGold whether the training reads gold: a control experiment
 */
public record RunStart(String backend, String why, Optional<Path> folder, boolean readsGold) {
    /** A start without a record. */
    static RunStart of(Backends.Opened opened) {
        return new RunStart(opened.backend().description(), opened.reason(), Optional.empty(), false);
    }

    /** The start of a run that is recorded. */
    static RunStart of(Backends.Opened opened, Path folder, boolean readsGold) {
        return new RunStart(opened.backend().description(), opened.reason(), Optional.of(folder), readsGold);
    }
}
