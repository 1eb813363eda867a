package org.catrl.record;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Folders that are being made or removed, under hidden names that say by which process:
 * {@code .model.partial-1234@host}. What a process leaves that was killed is known by that name, and nothing else is
 * ever taken for ours.
 */
final class Leftovers {
    private static final Pattern NAME = Pattern.compile("\\.(.+)\\.(?:partial|removed)-(\\d{1,18})@(.+)");
    private static final String PROCESS = ManagementFactory.getRuntimeMXBean().getName();

    private Leftovers() { }

    /** The place where a folder is made, beside the one where it will stand. */
    static Path partial(Path target) {
        return beside(target, "partial");
    }

    /** The place where a folder is removed, beside the one where it stood. */
    static Path removed(Path target) {
        return beside(target, "removed");
    }

    private static Path beside(Path target, String state) {
        return target.resolveSibling("." + target.getFileName() + "." + state + "-" + PROCESS);
    }

    /**
     * Deletes what processes of this machine left in a folder that are no more; what cannot be deleted is hidden and
     * harms nobody, and the next start tries again.
     */
    static void clean(Path folder) {
        clean(folder, path -> true);
    }

    /** The same, of one folder's leftovers alone. */
    static void clean(Path parent, String name) {
        clean(parent, path -> path.getFileName().toString().startsWith("." + name + "."));
    }

    /** The same in a folder that only this process works on, and where it has begun nothing: all are of the dead. */
    static void cleanAll(Path folder) {
        delete(folder, path -> NAME.matcher(path.getFileName().toString()).matches()
                && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS));
    }

    private static void clean(Path folder, Predicate<Path> some) {
        delete(folder, path -> some.test(path) && isOfTheDead(path));
    }

    private static void delete(Path folder, Predicate<Path> some) {
        try {
            for (Path path : entries(folder)) {
                if (some.test(path)) {
                    delete(path);
                }
            }
        } catch (IOException e) {
            return; // as said above
        }
    }

    private static boolean isOfTheDead(Path path) {
        Matcher ours = NAME.matcher(path.getFileName().toString());
        return ours.matches() && ours.group(3).equals(PROCESS.substring(PROCESS.indexOf('@') + 1))
                && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                && ProcessHandle.of(Long.parseLong(ours.group(2))).isEmpty();
    }

    /** What a folder holds; nothing where there is no folder. */
    static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
    }

    /** Deletes a folder and all in it; a symbolic link goes itself, and never what it points to. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path inner, IOException failed) throws IOException {
                if (failed != null) {
                    throw failed;
                }
                Files.delete(inner);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
