package org.catrl.record;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The place for what a run that is gone on with no longer stands by: {@code set-aside-1} in its folder, with the next
 * number each time. Nothing there is read again, and nothing is deleted.
 */
public final class SetAside {
    private static final String PREFIX = "set-aside-";

    private SetAside() { }

    /**
     * Moves files and folders of a run out of the way, under their names.
     *
     * @param what those of the folder; what is not there is passed over
     * @return where they are now; empty where there was nothing
     * @throws RecordException when they cannot be moved; those that were stay there
     */
    public static Optional<Path> move(Path run, List<Path> what) {
        List<Path> there = what.stream().filter(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS)).toList();
        if (there.isEmpty()) {
            return Optional.empty();
        }
        try {
            Path place = make(run);
            for (Path path : there) {
                Files.move(path, place.resolve(path.getFileName()));
            }
            return Optional.of(place);
        } catch (IOException e) {
            throw new RecordException(run + ": what an earlier process left cannot be set aside: "
                    + RecordException.reason(e), e);
        }
    }

    private static Path make(Path run) throws IOException {
        for (int number = 1; ; number++) {
            try {
                return Files.createDirectory(run.resolve(PREFIX + number));
            } catch (FileAlreadyExistsException e) {
                continue; // the next number
            }
        }
    }
}
