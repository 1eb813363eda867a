package org.catrl.run;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A run that is taken up again.
 *
 * <pre>{@code
 * public void resumed(RunResume resume) {
 *     System.out.println("goes on after " + resume.done() + " steps");
 * }
 * }</pre>
 *
 * @param done       steps that are done
 * @param steps      those of the whole run
 * @param checkpoint what it goes on from; empty where there was none and the run begins anew
 * @param setAside   where that is now which no longer stands: newer checkpoints, an earlier end; empty = nothing
 * @param warning    why the bits may differ from those of a run that was not interrupted; empty where they are the same
 */
public record RunResume(int done, int steps, Optional<Path> checkpoint, Optional<Path> setAside,
                        Optional<String> warning) { }
