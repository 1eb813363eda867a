package org.catrl.folder;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;

/**
 * The one way to a file of a model folder. The folder may come from anywhere, so a file is opened only when it is
 * regular, lies inside the folder and is no longer than a file of its name has reason to be.
 *
 * <p>Symbolic links may not leave the folder, but for the Hugging Face cache, where snapshots/REVISION/FILE is a link
 * into the blobs beside snapshots. What was checked is the path without links, and that path is opened.
 *
 * <pre>{@code
 * FolderFiles files = new FolderFiles(ModelFormatException::new);
 * byte[] json = files.read(Path.of("Qwen3-4B/config.json"));
 * }</pre>
 */
public final class FolderFiles {
    private static final long MIB = 1 << 20;
    private static final long OTHERS = 16 * MIB;
    /** The most bytes of a file that is read whole; Gemma 3's tokenizer.json, the longest known, has 33 MB. */
    private static final Map<String, Long> MOST = Map.of("tokenizer.json", 64 * MIB, "config.json", MIB,
            "generation_config.json", MIB, "adapter_config.json", MIB, "chat_template.jinja", MIB);
    private static final byte[] POINTER = "version https://git-lfs.github.com/spec/"
            .getBytes(StandardCharsets.US_ASCII);

    /** The most that a JSON may hold before it is taken for an attack on memory; depth as Jackson bounds it. */
    private static final StreamReadConstraints BOUNDS =
            StreamReadConstraints.builder().maxTokenCount(8_000_000).build();
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
            .streamReadConstraints(BOUNDS).build()).enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    /** The exception that a package throws about a file. */
    public interface Complaint {
        /** An exception that names the file and says what is wrong with it. @param cause what failed, or null */
        IOException of(Path file, String what, Throwable cause);
    }

    private final Complaint complaint;

    /** A way to files that complains in the caller's words. */
    public FolderFiles(Complaint complaint) {
        this.complaint = complaint;
    }

    /** Whether there is something of that name, be it a link that leads nowhere. */
    public static boolean has(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** The mapper for JSON of unknown origin: no key twice, a bounded depth, a bounded number of tokens. */
    public static JsonMapper json() {
        return JSON;
    }

    /**
     * The real path of a file, seen to be regular, inside its folder and readable.
     *
     * @throws IOException the complaint, when it is missing, no regular file, or elsewhere
     */
    public Path require(Path file) throws IOException {
        Path real = real(file);
        Path folder = (file.getParent() == null ? Path.of("") : file.getParent()).toRealPath();
        if (!real.startsWith(folder) && !isBlob(folder, real)) {
            throw complaint.of(file, "is a link to " + real + ", outside the folder; copy the file into the folder if "
                    + "it is wanted", null);
        }
        if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
            throw complaint.of(file, "is not a regular file", null);
        }
        if (!Files.isReadable(real)) {
            throw complaint.of(file, "may not be read by this user", null);
        }
        return real;
    }

    private Path real(Path file) throws IOException {
        try {
            return file.toRealPath();
        } catch (NoSuchFileException e) {
            throw complaint.of(file, Files.isSymbolicLink(file) ? "is a link to " + Files.readSymbolicLink(file)
                    + ", where there is no file" : "there is no such file", e);
        } catch (FileSystemException e) {
            String reason = e.getReason() == null ? e.toString() : e.getReason();
            throw complaint.of(file, "cannot be reached: " + reason, e);
        }
    }

    private static boolean isBlob(Path folder, Path file) {
        Path snapshots = folder.getParent();
        return snapshots != null && snapshots.endsWith("snapshots")
                && file.startsWith(snapshots.resolveSibling("blobs"));
    }

    /** The bytes of a file, which may have as many as one of its name has reason to have. */
    public byte[] read(Path file) throws IOException {
        Path real = require(file);
        long most = MOST.getOrDefault(file.getFileName().toString(), OTHERS);
        try (InputStream in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes((int) most + 1);
            if (bytes.length > most) {
                throw complaint.of(file, "has " + Files.size(real) + " bytes; no more than " + most
                        + " are read, which is far above what a model's file of this name has", null);
            }
            refusePointer(file, bytes);
            return bytes;
        }
    }

    /** The text of a file in UTF-8, a byte order mark left out. */
    public String text(Path file) throws IOException {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(read(file))).toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw complaint.of(file, "is not valid UTF-8", e);
        }
    }

    /** The JSON of a file. */
    public JsonNode tree(Path file) throws IOException {
        return tree(file, read(file));
    }

    /** The JSON of a file whose bytes were read. */
    public JsonNode tree(Path file, byte[] bytes) throws IOException {
        try {
            return JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw complaint.of(file, "is not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** A channel to a file of any length. */
    public FileChannel open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(require(file), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try {
            ByteBuffer start = ByteBuffer.allocate(POINTER.length);
            channel.read(start, 0);
            refusePointer(file, start.array());
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void refusePointer(Path file, byte[] bytes) throws IOException {
        if (bytes.length >= POINTER.length && Arrays.equals(bytes, 0, POINTER.length, POINTER, 0, POINTER.length)) {
            throw complaint.of(file, "is a Git LFS pointer, not the file itself; run git lfs pull where the folder was "
                    + "cloned", null);
        }
    }

    /** Copies a file under its name into a folder, unless that is where it lies. */
    public void copy(Path file, Path folder) throws IOException {
        Path copy = folder.toRealPath().resolve(file.getFileName());
        if (!require(file).equals(copy)) {
            Files.copy(new ByteArrayInputStream(read(file)), copy, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
