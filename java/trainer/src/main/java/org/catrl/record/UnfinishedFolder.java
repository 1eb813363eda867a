package org.catrl.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder that is being written: a signal that ends the process deletes it, so that nothing half written is left. What
 * SIGKILL leaves is deleted by who comes next, see {@link Leftovers}.
 */
final class UnfinishedFolder implements AutoCloseable {
    /** Another thread may still write into the folder while it is deleted. */
    private static final int ATTEMPTS = 3;

    private final Thread deletion;

    /** A folder that is about to be made. */
    UnfinishedFolder(Path folder) {
        deletion = new Thread(() -> delete(folder), "catrl unfinished folder");
        try {
            Runtime.getRuntime().addShutdownHook(deletion);
        } catch (IllegalStateException e) {
            return; // the process ends already
        }
    }

    private static void delete(Path folder) {
        for (int attempt = 0; attempt < ATTEMPTS && Files.exists(folder); attempt++) {
            try {
                Leftovers.delete(folder);
            } catch (IOException e) {
                continue; // once more; a hidden folder harms nobody
            }
        }
    }

    /** The folder stands in its place, or has been deleted. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(deletion);
        } catch (IllegalStateException e) {
            return; // the process ends: the deletion runs, and finds nothing
        }
    }
}
