package org.catrl.record;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.catrl.text.Utf8;

/**
 * The folder of one run: {@code run.db}, by which it is known, {@code recipe.yaml}, {@code summary.json},
 * {@code checkpoint-N/} and {@code model/}. A folder that holds anything else is left alone.
 */
public final class RunFolder {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmmss");

    private final Path folder;

    private RunFolder(Path folder) {
        this.folder = folder;
    }

    /** A folder that becomes a run's here and now, so that of two runs that want one folder only one gets it. */
    private static RunFolder begun(Path folder) throws IOException {
        Files.createFile(folder.resolve(RunDatabase.NAME));
        return new RunFolder(folder);
    }

    /**
     * The folder of a new run of its own: {@code runs/DATE-TIME-NAME} under another, with a number where another run
     * has begun in the same second. What killed runs of this machine left half written there is deleted.
     *
     * @throws RecordException when it cannot be made
     */
    public static RunFolder named(Path parent, String name, LocalDateTime time) {
        Path runs = parent.resolve("runs");
        String first = STAMP.format(time) + "-" + name;
        try {
            Files.createDirectories(runs);
            cleanRuns(runs);
            Path folder = runs.resolve(first);
            for (int number = 2; !isMade(folder); number++) {
                folder = runs.resolve(first + "-" + number);
            }
            return begun(folder);
        } catch (IOException e) {
            throw cannotBeMade(runs.resolve(first), e);
        }
    }

    private static boolean isMade(Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    /**
     * The folder of a new run; it is made where it is not there. What a killed run of this machine left half
     * written there or in the runs beside it is deleted.
     *
     * @throws RunFolderException when there is anything in the folder: nothing is overwritten
     * @throws RecordException    when it cannot be made or written to
     */
    public static RunFolder create(Path folder) {
        try {
            cleanBeside(folder);
            requireEmpty(folder);
            Files.createDirectories(folder);
            return begun(folder);
        } catch (FileAlreadyExistsException e) {
            throw new RunFolderException(folder + ": another run has just begun there; choose another --out", e);
        } catch (IOException e) {
            throw cannotBeMade(folder, e);
        }
    }

    private static void cleanBeside(Path folder) throws IOException {
        Leftovers.clean(folder);
        Path parent = folder.toAbsolutePath().normalize().getParent();
        if (parent != null && Files.isReadable(parent)) {
            cleanRuns(parent);
        }
    }

    private static void cleanRuns(Path parent) throws IOException {
        for (Path run : Leftovers.entries(parent)) {
            if (isRun(run)) {
                Leftovers.clean(run);
            }
        }
    }

    private static void requireEmpty(Path folder) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new RunFolderException(folder + ": is a file; --out must name a folder that is new or empty");
        }
        if (isRun(folder)) {
            throw new RunFolderException(folder + ": holds the record of another run; choose another --out");
        }
        List<Path> there = Leftovers.entries(folder);
        if (!there.isEmpty()) {
            throw new RunFolderException(folder + ": holds other files (" + there.get(0).getFileName()
                    + (there.size() > 1 ? ", ..." : "") + "), and nothing is overwritten; --out must name a folder "
                    + "that is new or empty");
        }
    }

    private static RecordException cannotBeMade(Path folder, IOException cause) {
        return new RecordException(folder + ": the run's folder cannot be made: " + RecordException.reason(cause),
                cause);
    }

    /**
     * The folder of a run that has begun.
     *
     * @throws RunFolderException when it is that of no run
     */
    public static RunFolder existing(Path folder) {
        if (!isRun(folder)) {
            throw new RunFolderException(folder + ": is not the folder of a run, it holds no " + RunDatabase.NAME);
        }
        return new RunFolder(folder);
    }

    /** Whether a folder is that of a run. */
    static boolean isRun(Path folder) {
        return Files.isRegularFile(folder.resolve(RunDatabase.NAME));
    }

    /** The file of the record. */
    public Path database() {
        return folder.resolve(RunDatabase.NAME);
    }

    /** The folder itself. */
    public Path folder() {
        return folder;
    }

    /** The folder that the trained model goes to. */
    public Path model() {
        return folder.resolve("model");
    }

    /** Writes {@code recipe.yaml}: the settings as they are in force, every default spelled out. */
    public void recipe(String yaml) {
        text("recipe.yaml", yaml);
    }

    /** Writes {@code summary.json}: what the run came to. */
    public void summary(Object summary) {
        text("summary.json", RecordJson.indented(summary));
    }

    private void text(String name, String text) {
        try {
            Files.writeString(folder.resolve(name), Utf8.wellFormed(text));
        } catch (IOException e) {
            throw RecordException.of(folder.resolve(name), e);
        }
    }
}
