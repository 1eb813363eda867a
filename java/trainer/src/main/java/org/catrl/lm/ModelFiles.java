package org.catrl.lm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The files of a Hugging Face folder that training does not change. */
final class ModelFiles {
    private static final List<String> KEPT = List.of("tokenizer.json", "tokenizer_config.json",
            "special_tokens_map.json", "chat_template.jinja", "generation_config.json");

    private ModelFiles() { }

    /** Copies those that are there, so that the target is a complete model folder. */
    static void copy(Path source, Path target) throws IOException {
        Files.createDirectories(target);
        for (String name : KEPT) {
            Path file = source.resolve(name);
            if (Files.exists(file) && !file.toRealPath().equals(target.toRealPath().resolve(name))) {
                Files.copy(file, target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
