package org.catrl.record;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Folders that are there whole or not at all: written beside their place, brought to the disk, moved; and moved away
 * before they are removed. Nothing is overwritten.
 */
final class WholeFolder {
    private WholeFolder() { }

    /**
     * Writes a folder.
     *
     * @throws RunFolderException when something stands in its place
     */
    static void write(Path target, Checkpoints.Saving saving) throws IOException {
        requireFree(target);
        Leftovers.clean(target.toAbsolutePath().getParent(), target.getFileName().toString());
        Path partial = Leftovers.partial(target);
        Leftovers.delete(partial); // what this process could not delete before
        try (UnfinishedFolder untilMoved = new UnfinishedFolder(partial)) {
            saving.to(partial);
            sync(partial);
            requireFree(target);
            move(partial, target);
        } catch (IOException | RuntimeException | Error e) {
            forget(partial, e);
            throw e;
        }
        force(target.toAbsolutePath().getParent());
    }

    /** A check that nothing stands in a folder's place, be it a link that leads nowhere. */
    static void requireFree(Path target) {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new RunFolderException(target + ": is there already, and nothing is overwritten; name another "
                    + "folder, or move it away");
        }
    }

    /** Removes a folder that stands in its place. */
    static void remove(Path folder) throws IOException {
        Path removed = Leftovers.removed(folder);
        move(folder, removed);
        force(folder.toAbsolutePath().getParent());
        Leftovers.delete(removed);
    }

    /** Brings all files and folders to the disk, so that a machine that loses its power after the move has them. */
    private static void sync(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.filter(path -> !Files.isSymbolicLink(path)).toList();
        }
        for (Path path : all) {
            force(path);
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
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
}
