package org.catrl.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.catrl.text.Sha256;

/** The SHA-256 of every file of a folder, in a file of that folder: {@code checksums.json}. */
final class Checksums {
    static final String NAME = "checksums.json";
    private static final JsonMapper JSON = new JsonMapper();
    private static final String KEY = "sha256";
    /** The names of what training, or a model's reader, would read. */
    private static final Pattern READ = Pattern.compile(".*\\.(?:json|safetensors|jinja)");
    private static final int WINDOW = 1 << 20;

    private Checksums() { }

    /** Writes the file, of all regular files that are in the folder now. */
    static void write(Path folder) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        ObjectNode sums = json.putObject(KEY);
        for (String name : names(folder)) {
            sums.put(name, sha256(folder.resolve(name)));
        }
        Files.writeString(folder.resolve(NAME), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
    }

    private static TreeSet<String> names(Path folder) throws IOException {
        TreeSet<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .forEach(file -> names.add(folder.relativize(file).toString()));
        }
        return names;
    }

    /** Whether a folder holds the files that its checksums list, and no others; nothing of them is read. */
    static boolean isAllThereIs(Path folder) throws IOException {
        try {
            TreeSet<String> listed = new TreeSet<>(read(folder).keySet());
            listed.add(NAME);
            try (Stream<Path> all = Files.walk(folder)) {
                return listed.equals(names(folder)) && all.allMatch(path -> Files.isRegularFile(path,
                        LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS));
            }
        } catch (CheckpointException e) {
            return false;
        }
    }

    /**
     * Reads every file that is listed; one that training would read must be.
     *
     * @throws CheckpointException naming the first that is missing, not listed, or is not what was written
     */
    static void verify(Path folder) throws IOException {
        SortedMap<String, String> sums = read(folder);
        for (String name : names(folder)) {
            if (READ.matcher(name).matches() && !name.equals(NAME) && !sums.containsKey(name)) {
                throw new CheckpointException(folder.resolve(name) + ": is not listed in " + NAME
                        + ", so it cannot be told whether it is what was written");
            }
        }
        for (Map.Entry<String, String> listed : sums.entrySet()) {
            Path file = folder.resolve(listed.getKey());
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new CheckpointException(file + ": is missing, and " + NAME + " lists it");
            }
            if (!sha256(file).equals(listed.getValue())) {
                throw new CheckpointException(file + ": its SHA-256 is not the one in " + NAME + ", so it was changed "
                        + "or damaged after it was written");
            }
        }
    }

    private static SortedMap<String, String> read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new CheckpointException(file + ": is missing, so it cannot be told whether the checkpoint is whole");
        }
        try {
            SortedMap<String, String> sums = new TreeMap<>();
            for (Map.Entry<String, JsonNode> sum : JSON.readTree(Files.readAllBytes(file)).path(KEY).properties()) {
                requireInside(folder, file, sum.getKey());
                sums.put(sum.getKey(), sum.getValue().asText());
            }
            return sums;
        } catch (JsonProcessingException e) {
            throw new CheckpointException(file + ": is not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static void requireInside(Path folder, Path file, String name) {
        Path named = folder.resolve(name).normalize();
        if (!named.startsWith(folder.normalize()) || named.equals(folder.normalize())) {
            throw new CheckpointException(file + ": lists " + name + ", which is outside the folder");
        }
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest = Sha256.digest();
        ByteBuffer window = ByteBuffer.allocate(WINDOW);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            while (channel.read(window.clear()) >= 0) {
                digest.update(window.flip());
            }
        }
        return Sha256.text(digest.digest());
    }
}
