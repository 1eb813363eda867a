package org.catrl.record;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;

/**
 * The right of one process to work on a run's folder: a lock of the system on {@code .lock}, which ends with the
 * process however that ends. Who holds it stands in {@code .lock-owner}. The locked file itself is opened once only: on
 * Linux the close of any other channel to it would give up the process's lock.
 */
final class RunLock implements AutoCloseable {
    private static final String FILE = ".lock";
    private static final String OWNER = ".lock-owner";
    private static final String PROCESS = ManagementFactory.getRuntimeMXBean().getName();

    private final Path folder;
    private final FileChannel channel;

    private RunLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /** Whether a file of a run's folder belongs to its lock. */
    static boolean isOurs(Path file) {
        String name = file.getFileName().toString();
        return name.equals(FILE) || name.equals(OWNER);
    }

    /**
     * The lock of a folder that is there.
     *
     * @throws RunFolderException when a process holds it, this one or another, naming the folder and the process
     * @throws RecordException    when its file cannot be written
     */
    static RunLock take(Path folder) {
        synchronized (RunLock.class) { // two threads that want one folder: the second must find the owner's file
            try {
                if (owner(folder).equals(Optional.of(self()))) {
                    throw busy(folder);
                }
                RunLock lock = new RunLock(folder, locked(folder));
                lock.sign();
                return lock;
            } catch (IOException e) {
                throw RecordException.of(folder.resolve(FILE), e);
            }
        }
    }

    private static FileChannel locked(Path folder) throws IOException {
        FileChannel channel = FileChannel.open(folder.resolve(FILE), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw busy(folder);
        }
        return channel;
    }

    private void sign() throws IOException {
        try {
            Files.writeString(folder.resolve(OWNER), self());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** This process, told from an earlier one of the same number by when it began. */
    private static String self() {
        return PROCESS + " " + ProcessHandle.current().info().startInstant().map(Instant::toString).orElse("");
    }

    private static Optional<String> owner(Path folder) throws IOException {
        try {
            return Optional.of(Files.readString(folder.resolve(OWNER)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static RunFolderException busy(Path folder) throws IOException {
        String owner = owner(folder).map(text -> text.split(" ")[0]).filter(text -> text.matches("\\d+@.+")).orElse("");
        String who = owner.isEmpty() ? "another process"
                : "process " + owner.split("@", 2)[0] + " of " + owner.split("@", 2)[1];
        return new RunFolderException(folder + ": " + who + " is working on this run; wait until it ends, or stop it, "
                + "or name another folder");
    }

    /** Gives the folder free, once; the locked file stays, as its removal would let two others in. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            try (channel) {
                Files.deleteIfExists(folder.resolve(OWNER));
            }
        }
    }
}
