package org.catrl.model;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The files that may be read for a model folder: regular ones inside it. */
final class FolderFiles {
    private FolderFiles() { }

    /**
     * A file of a folder, seen to be one.
     *
     * <p>Symbolic links may not leave the folder, but for the Hugging Face cache, where snapshots/REVISION/FILE is a
     * link into the blobs beside snapshots.
     *
     * @param name may have folders in it
     * @throws ModelFormatException when it is missing, no regular file, or elsewhere
     */
    static Path require(Path folder, String name) throws IOException {
        Path file = folder.resolve(name);
        Path real;
        Path realFolder;
        try {
            real = file.toRealPath();
            realFolder = folder.toRealPath();
        } catch (NoSuchFileException e) {
            throw new ModelFormatException(file, "there is no such file", e);
        } catch (FileSystemException e) {
            String reason = e.getReason() == null ? e.toString() : e.getReason();
            throw new ModelFormatException(file, "cannot be reached: " + reason, e);
        }
        if (!real.startsWith(realFolder) && !isBlob(realFolder, real)) {
            throw new ModelFormatException(file, "is a link to " + real + ", outside the folder; copy the file into "
                    + "the folder if it is wanted");
        }
        if (!Files.isRegularFile(real)) {
            throw new ModelFormatException(file, "is not a regular file");
        }
        if (!Files.isReadable(real)) {
            throw new ModelFormatException(file, "may not be read by this user");
        }
        return file;
    }

    private static boolean isBlob(Path folder, Path file) {
        Path snapshots = folder.getParent();
        return snapshots != null && snapshots.endsWith("snapshots")
                && file.startsWith(snapshots.resolveSibling("blobs"));
    }
}
