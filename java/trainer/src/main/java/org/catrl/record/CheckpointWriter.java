package org.catrl.record;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A thread that writes one thing at a time, and whose failure waits to be asked for. */
final class CheckpointWriter implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread writer = new Thread(work, "checkpoint writer");
        writer.setDaemon(true); // a process that is told twice to end does not wait
        return writer;
    });
    private Future<?> writing;

    /** Begins to write; what was begun before has been waited for. */
    void begin(Runnable work) {
        writing = thread.submit(work);
    }

    /** Whether nothing is being written. */
    boolean isIdle() {
        return writing == null || writing.isDone();
    }

    /** Waits for what is being written; throws what went wrong with it, once. */
    void await() {
        Future<?> last = writing;
        boolean interrupted = false;
        try {
            while (writing != null) {
                try {
                    last.get();
                    writing = null;
                } catch (InterruptedException e) {
                    interrupted = true; // what is half written is of no use: it is soon done
                } catch (ExecutionException e) {
                    writing = null;
                    throw thrown(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException thrown(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return (RuntimeException) cause;
    }

    /** Waits for what is being written, and ends the thread. */
    @Override
    public void close() {
        try {
            await();
        } finally {
            thread.shutdown();
        }
    }
}
