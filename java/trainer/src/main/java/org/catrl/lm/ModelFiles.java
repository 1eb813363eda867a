package org.catrl.lm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.catrl.folder.FolderFiles;
import org.catrl.model.ModelFormatException;
import org.catrl.text.Sha256;

/** The files of a Hugging Face folder that training does not change. */
public final class ModelFiles {
    private static final FolderFiles FILES = new FolderFiles(ModelFormatException::new);
    private static final List<String> KEPT = List.of("tokenizer.json", "tokenizer_config.json",
            "special_tokens_map.json", "chat_template.jinja", "generation_config.json");

    private ModelFiles() { }

    /**
     * A check, before anything is trained, that those which are there can be copied.
     *
     * @throws ModelFormatException naming the one that cannot, and why
     */
    public static void check(Path source) throws IOException {
        for (Path file : kept(source)) {
            FILES.read(file);
        }
    }

    /** The SHA-256 of a folder's tokenizer.json; empty where it has none. */
    public static Optional<String> tokenizerSha256(Path folder) throws IOException {
        return sha256(folder.resolve("tokenizer.json"));
    }

    /** The SHA-256 of the file that a folder's chat template stands in; empty where it has none. */
    public static Optional<String> templateSha256(Path folder) throws IOException {
        Optional<String> own = sha256(folder.resolve("chat_template.jinja"));
        return own.isPresent() ? own : sha256(folder.resolve("tokenizer_config.json"));
    }

    private static Optional<String> sha256(Path file) throws IOException {
        return FolderFiles.has(file) ? Optional.of(Sha256.of(FILES.read(file))) : Optional.empty();
    }

    /** Copies those that are there, so that the target is a complete model folder. */
    static void copy(Path source, Path target) throws IOException {
        Files.createDirectories(target);
        for (Path file : kept(source)) {
            FILES.copy(file, target);
        }
    }

    private static List<Path> kept(Path source) {
        return KEPT.stream().map(source::resolve).filter(FolderFiles::has).toList();
    }
}
