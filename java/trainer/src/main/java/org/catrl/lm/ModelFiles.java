package org.catrl.lm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.catrl.folder.FolderFiles;
import org.catrl.model.LoraFiles;
import org.catrl.model.ModelFormatException;
import org.catrl.text.Sha256;

/** The files of a Hugging Face folder that training does not change. */
public final class ModelFiles {
    private static final FolderFiles FILES = new FolderFiles(ModelFormatException::new);
    private static final String CONFIG = "config.json";
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

    /**
     * The SHA-256 of those that are there, and of config.json, by their names.
     *
     * @param source the folder of a model, or of an adapter, whose model's files are meant
     * @throws ModelFormatException naming the one that cannot be read, and why
     */
    public static Map<String, String> sha256(Path source) throws IOException {
        Path model = LoraFiles.modelFolder(source);
        Map<String, String> all = new LinkedHashMap<>();
        for (Path file : Stream.concat(Stream.of(model.resolve(CONFIG)), kept(model).stream()).toList()) {
            all.put(file.getFileName().toString(), Sha256.of(FILES.read(file)));
        }
        return all;
    }

    private static List<Path> kept(Path source) {
        return KEPT.stream().map(source::resolve).filter(FolderFiles::has).toList();
    }
}
