package org.catrl.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.catrl.record.RecordException;
import org.catrl.record.RunFolderException;

/**
 * The runs below one folder, each known by its folder's name. A run is a folder right below that holds a record; a link
 * is none, wherever it points to, so that nothing outside is ever read. The folder of a single run is a folder of runs
 * too: it holds that one.
 */
final class RunsFolder {
    private final Path folder;

    private RunsFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * The runs of a folder.
     *
     * @throws RunFolderException when there is no such folder
     */
    static RunsFolder of(Path folder) {
        try {
            Path real = folder.toRealPath();
            if (Files.isDirectory(real)) {
                return new RunsFolder(real);
            }
        } catch (IOException e) {
            throw new RunFolderException(folder + ": there is no such folder; name the folder that holds runs", e);
        }
        throw new RunFolderException(folder + ": is a file; name the folder that holds runs");
    }

    /** The name of a run: that of its folder. */
    static String name(Path run) {
        Path name = run.toAbsolutePath().normalize().getFileName();
        return name == null ? "/" : name.toString();
    }

    /** The runs' folders by their names, the newest first. */
    Map<String, Path> runs() {
        if (RunTables.isIn(folder)) {
            return Map.of(name(folder), folder);
        }
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> runs = all.filter(this::isRun)
                    .sorted(Comparator.comparing(RunState::changed).reversed()).toList();
            return runs.stream().collect(Collectors.toMap(RunsFolder::name, run -> run, (a, b) -> a,
                    LinkedHashMap::new));
        } catch (IOException e) {
            throw new RecordException(folder + ": cannot be listed: " + RecordException.reason(e), e);
        }
    }

    /** The folder of the run of that name; empty for a name that is no run's here, whatever it spells. */
    Optional<Path> run(String name) {
        if (RunTables.isIn(folder)) {
            return name.equals(name(folder)) ? Optional.of(folder) : Optional.empty();
        }
        try {
            Path run = folder.resolve(name);
            return name.equals(String.valueOf(run.getFileName())) && folder.equals(run.getParent()) && isRun(run)
                    ? Optional.of(run) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private boolean isRun(Path run) {
        try {
            return run.toRealPath().equals(run) && RunTables.isIn(run);
        } catch (IOException e) {
            return false;
        }
    }
}
