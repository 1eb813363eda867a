package org.catrl.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A folder RUN/checkpoint-N: what training goes on from after N steps. It holds the files of a model,
 * {@code optimizer.safetensors}, {@code state.json} and {@code checksums.json}.
 */
final class CheckpointFolder {
    static final String STATE = "state.json";
    private static final String PREFIX = "checkpoint-";
    private static final String NAME = PREFIX + "\\d{1,9}";
    private static final JsonMapper JSON = new JsonMapper();

    private CheckpointFolder() { }

    /** The place of a checkpoint. */
    static Path of(Path run, int done) {
        return run.resolve(PREFIX + done);
    }

    /** Whether a path has the name of one. */
    static boolean isNamed(Path path) {
        return path.getFileName() != null && path.getFileName().toString().matches(NAME);
    }

    /** The folders of such a name in that of a run, by their steps, the fewest first. */
    static SortedMap<Integer, Path> all(Path run) throws IOException {
        SortedMap<Integer, Path> found = new TreeMap<>();
        for (Path folder : Leftovers.entries(run)) {
            String name = folder.getFileName().toString();
            if (name.matches(NAME)) {
                found.put(Integer.parseInt(name.substring(PREFIX.length())), folder);
            }
        }
        return found;
    }

    /** Writes state and checksums beside the model's files. */
    static void complete(Path folder, String state) throws IOException {
        Files.writeString(folder.resolve(STATE), state);
        Checksums.write(folder);
    }

    /** Whether it is a folder of its own that claims to be a checkpoint. */
    static boolean isCheckpoint(Path folder) {
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) && Files.isRegularFile(folder.resolve(STATE));
    }

    /** Whether it is a folder that holds what this program has written into it, and no more. */
    static boolean isOurs(Path folder) throws IOException {
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) && Checksums.isAllThereIs(folder);
    }

    /** The file of a checkpoint that an error names, by the name that it would have had; else the folder. */
    static Path blamed(Path folder, IOException error) {
        Path file = error instanceof FileSystemException system && system.getFile() != null
                ? Path.of(system.getFile()) : folder;
        boolean partial = file.getParent() != null && file.getParent().equals(Leftovers.partial(folder));
        return partial ? folder.resolve(file.getFileName()) : folder;
    }

    static RecordException cannotBeRemoved(Path folder, IOException cause) {
        return new RecordException(folder + ": cannot be removed: " + RecordException.reason(cause), cause);
    }

    static RecordException cannotBeListed(Path run, IOException cause) {
        return new RecordException(run + ": cannot be listed: " + RecordException.reason(cause), cause);
    }

    /** The text of the state of a checkpoint that is whole and of this format. */
    static String verified(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new CheckpointException(folder + ": there is no such folder");
        }
        Path file = folder.resolve(STATE);
        if (!Files.exists(file) && !Files.exists(folder.resolve(Checksums.NAME))) {
            throw new CheckpointException(folder + ": has no " + STATE + ": it may be a model, but is no checkpoint "
                    + "that training can go on from; begin a run of its own with it by --set model=" + folder);
        }
        try {
            Checksums.verify(folder);
        } catch (CheckpointException e) {
            throw new CheckpointException(e.getMessage() + "; " + advice(folder), e);
        }
        String text = Files.readString(file);
        requireFormat(file, text);
        return text;
    }

    /** A check of the text of a state. @param file for the message */
    static void requireFormat(Path file, String text) {
        try {
            JsonNode format = JSON.readTree(text).path("format");
            if (!format.isIntegralNumber() || format.asLong() != Checkpoints.FORMAT) {
                throw new CheckpointException(file + ": its format is " + (format.isMissingNode() ? "not told" : format)
                        + "; this version goes on from format " + Checkpoints.FORMAT + ": use the version that wrote "
                        + "it, or begin a run of its own with the model by --set model=" + file.getParent());
            }
        } catch (JsonProcessingException e) {
            throw new CheckpointException(file + ": is not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** What to do about a checkpoint that is not whole: the words, with the newest whole one of fewer steps. */
    private static String advice(Path folder) throws IOException {
        Path run = folder.toAbsolutePath().getParent();
        Optional<Path> before = wholeBefore(run, folder.getFileName());
        return before.map(whole -> "the checkpoint before it, " + whole.getFileName() + ", is whole: --resume "
                + sibling(folder, whole)).orElse("no checkpoint before it is whole: begin the run anew");
    }

    private static Path sibling(Path folder, Path whole) {
        return folder.resolveSibling(whole.getFileName());
    }

    private static Optional<Path> wholeBefore(Path run, Path name) throws IOException {
        SortedMap<Integer, Path> all = all(run);
        int steps = all.entrySet().stream().filter(entry -> entry.getValue().getFileName().equals(name))
                .mapToInt(Map.Entry::getKey).findFirst().orElse(Integer.MAX_VALUE);
        SortedMap<Integer, Path> newestFirst = new TreeMap<>(Collections.reverseOrder());
        newestFirst.putAll(all.headMap(steps));
        for (Path candidate : newestFirst.values()) {
            if (isWhole(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static boolean isWhole(Path folder) throws IOException {
        if (!isCheckpoint(folder)) {
            return false;
        }
        try {
            Checksums.verify(folder);
            requireFormat(folder.resolve(STATE), Files.readString(folder.resolve(STATE)));
            return true;
        } catch (CheckpointException e) {
            return false;
        }
    }
}
