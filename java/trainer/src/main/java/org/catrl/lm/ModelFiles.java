package org.catrl.lm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.catrl.folder.FolderFiles;
import org.catrl.model.ModelFormatException;

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
