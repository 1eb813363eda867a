package org.catrl.record;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The thread that writes a run's record, one transaction after the other, so that a step does not wait for the disk
 * unless several steps are still waiting. What goes wrong is told by the next call, and nothing is written after it.
 */
final class RecordWriter implements AutoCloseable {
    /** What is written in one transaction. */
    interface Work {
        /** Writes, within the transaction. */
        void write() throws SQLException;
    }

    /**
     * A transaction that waits.
     *
     * @param what it is, for messages: "step 3"
     * @param done counted down when it is over, however it ended
     */
    private record Task(String what, Work work, CountDownLatch done) { }

    /** Transactions that may wait; each holds the groups of a step. */
    private static final int WAITING = 4;
    /** How often who waits looks whether the thread is still there. */
    private static final int LOOK_SECONDS = 1;

    private final Path file;
    private final Connection connection;
    private final BlockingQueue<Task> queue = new ArrayBlockingQueue<>(WAITING);
    private final Thread thread;
    private volatile RecordException failure;
    private boolean told;

    RecordWriter(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
        this.thread = new Thread(this::work, "catrl-record");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Queues a transaction.
     *
     * @throws RecordException when an earlier one failed
     */
    void add(String what, Work work) {
        requireWorking();
        put(new Task(what, work, new CountDownLatch(1)));
    }

    /**
     * Makes a transaction, and waits for it and all before it.
     *
     * @throws RecordException when one of them failed
     */
    void now(String what, Work work) {
        requireWorking();
        Task task = new Task(what, work, new CountDownLatch(1));
        put(task);
        await(task.done);
        requireWorking();
    }

    /** Makes all that was added so far safe from a loss of power too. */
    void flush() {
        now("the end of its journal", () -> { });
        try {
            sync();
        } catch (IOException e) {
            throw RecordException.of(file, e);
        }
    }

    /** The journal holds what is not yet in the file itself; that is synced when the journal is moved into it. */
    private void sync() throws IOException {
        Path journal = file.resolveSibling(RunDatabase.NAME + "-wal");
        if (Files.exists(journal)) {
            try (FileChannel channel = FileChannel.open(journal, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        }
    }

    private void requireWorking() {
        if (failure != null) {
            told = true;
            throw failure;
        }
        if (!thread.isAlive()) {
            throw new IllegalStateException(file + " is closed");
        }
    }

    private void put(Task task) {
        uninterrupted(() -> queue.offer(task, LOOK_SECONDS, TimeUnit.SECONDS) || !thread.isAlive());
    }

    private void await(CountDownLatch latch) {
        uninterrupted(() -> latch.await(LOOK_SECONDS, TimeUnit.SECONDS) || !thread.isAlive());
    }

    /** Something that may be interrupted. */
    private interface Waiting {
        /** Whether it need not be waited for again. */
        boolean isOver() throws InterruptedException;
    }

    /** Waits to the end: a record that is left in the middle would lie. The interrupt is kept for who asks next. */
    private static void uninterrupted(Waiting waiting) {
        boolean interrupted = false;
        boolean over = false;
        while (!over) {
            try {
                over = waiting.isOver();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        Task[] task = new Task[1];
        do {
            uninterrupted(() -> {
                task[0] = queue.take();
                return true;
            });
            try {
                failure = failure == null && task[0].work != null ? failure(task[0]) : failure;
            } finally {
                task[0].done.countDown();
            }
        } while (task[0].work != null);
    }

    /** Makes a transaction, whole or not at all; returns what went wrong, or null. */
    private RecordException failure(Task task) {
        try {
            RunDatabase.execute(connection, "BEGIN IMMEDIATE");
            task.work.write();
            RunDatabase.execute(connection, "COMMIT");
            return null;
        } catch (SQLException e) {
            return rolledBack(new RecordException(file + ": " + task.what + " cannot be written: "
                    + RunDatabase.reason(e), e));
        } catch (RuntimeException | Error e) {
            return rolledBack(new RecordException(file + ": " + task.what + " cannot be written: " + e, e));
        }
    }

    private RecordException rolledBack(RecordException told) {
        try {
            RunDatabase.execute(connection, "ROLLBACK");
        } catch (SQLException e) {
            told.addSuppressed(e); // it is rolled back already, or when the file is opened again
        }
        return told;
    }

    /** Writes what waits, and ends. */
    @Override
    public void close() {
        if (thread.isAlive()) {
            Task end = new Task("the end", null, new CountDownLatch(1));
            put(end);
            await(end.done);
        }
        try (connection) {
            RunDatabase.settle(connection);
        } catch (SQLException e) {
            failure = failure == null ? RecordException.of(file, e) : failure;
        }
        if (failure != null && !told) {
            told = true;
            throw failure;
        }
    }
}
