package org.catrl.record;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.catrl.text.Utf8;

/**
 * The folder of one run: {@code run.db}, by which it is known, {@code recipe.yaml}, {@code summary.json},
 * {@code checkpoint-N/} and {@code model/}. This process alone works on it until it is closed; a folder that holds
 * anything else is left alone.
 */
public final class RunFolder implements AutoCloseable {
    private static final String RECIPE = "recipe.yaml";
    private static final String RESPONSES = "responses.jsonl";
    /** The names of what a run's record is, but for the answers of endpoints. */
    private static final Pattern OF_RECORD = Pattern.compile("recipe\\.yaml|(?:metrics|groups)\\.jsonl|metrics\\.csv|"
            + "summary\\.json|model|run\\.db.*|events\\.out\\..*");
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmmss");

    private final Path folder;
    private final RunLock lock;
    private final Optional<Path> setAside;

    private RunFolder(Path folder, RunLock lock, Optional<Path> setAside) {
        this.folder = folder;
        this.lock = lock;
        this.setAside = setAside;
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
            return new RunFolder(folder, RunLock.take(folder), Optional.empty());
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
            return new RunFolder(folder, lockEmpty(folder), Optional.empty());
        } catch (IOException e) {
            throw cannotBeMade(folder, e);
        }
    }

    /** The lock of a folder that holds nothing: of two runs that want it only one gets it. */
    private static RunLock lockEmpty(Path folder) throws IOException {
        RunLock lock = RunLock.take(folder);
        try {
            requireEmpty(folder);
            return lock;
        } catch (IOException | RuntimeException e) {
            free(lock, e);
            throw e;
        }
    }

    /**
     * The folder of a run that is gone on with. What a killed process left half written there is deleted. Where there
     * is no checkpoint to go on from the record is a new one: all but the answers of endpoints is set aside.
     *
     * @throws RunFolderException when it is no run's folder, or a process is working on it
     * @throws RecordException    when it cannot be written to
     */
    public static RunFolder reopen(Path folder) {
        if (!isRun(folder)) {
            throw new RunFolderException(folder + ": holds no run that could be gone on with");
        }
        RunLock lock = RunLock.take(folder);
        try {
            Leftovers.cleanAll(folder);
            Optional<Path> aside = Checkpoints.newest(folder).isPresent() ? Optional.empty() : SetAside.move(folder,
                    Leftovers.entries(folder).stream().filter(RunFolder::isOfRecord).toList());
            return new RunFolder(folder, lock, aside);
        } catch (IOException | RuntimeException e) {
            free(lock, e);
            throw e instanceof IOException failed ? RecordException.of(folder, failed) : (RuntimeException) e;
        }
    }

    /** Gives a folder free whose record cannot be opened; the error that led to it is the one that is told. */
    private static void free(RunLock lock, Exception told) {
        try {
            lock.close();
        } catch (IOException e) {
            told.addSuppressed(e);
        }
    }

    private static boolean isOfRecord(Path path) {
        return OF_RECORD.matcher(path.getFileName().toString()).matches();
    }

    /** The place of what an earlier process left, where the run begins anew; empty where there was nothing. */
    public Optional<Path> setAside() {
        return setAside;
    }

    /** The file of the answers that endpoints gave. */
    public Path responses() {
        return folder.resolve(RESPONSES);
    }

    /** Whether a folder holds the record of a run, or what is left of one that was killed when it began. */
    public static boolean isRun(Path folder) {
        try {
            List<Path> there = Leftovers.entries(folder);
            return Files.isRegularFile(folder.resolve(RunDatabase.NAME)) || there.stream().anyMatch(RunLock::isOurs)
                    && there.stream().allMatch(path -> path.getFileName().toString().matches("\\.lock.*|set-aside-\\d+|"
                    + RESPONSES));
        } catch (IOException e) {
            throw RecordException.of(folder, e);
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
            if (Files.exists(run.resolve(RunDatabase.NAME))) {
                Leftovers.clean(run);
            }
        }
    }

    private static void requireEmpty(Path folder) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new RunFolderException(folder + ": is a file; --out must name a folder that is new or empty");
        }
        if (Files.exists(folder.resolve(RunDatabase.NAME))) {
            throw new RunFolderException(folder + ": holds the record of another run; choose another --out");
        }
        List<Path> there = Leftovers.entries(folder).stream().filter(file -> !RunLock.isOurs(file)).toList();
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
        Path beside = folder.resolve("." + RECIPE + ".new");
        try {
            Files.writeString(beside, Utf8.wellFormed(yaml));
            // never half a recipe: a run that is gone on with begins with it
            Files.move(beside, folder.resolve(RECIPE), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw RecordException.of(folder.resolve(RECIPE), e);
        }
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

    /** Gives the folder free; once is enough. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw RecordException.of(folder, e);
        }
    }
}
