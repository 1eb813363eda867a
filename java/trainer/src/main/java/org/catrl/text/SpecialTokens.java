package org.catrl.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.catrl.folder.FolderFiles;

/** The special tokens of a model folder as texts, by the names that tokenizer_config.json gives them: "bos_token". */
public final class SpecialTokens {
    private static final String[] FILES = {"special_tokens_map.json", "tokenizer_config.json"};

    private final Map<String, String> byName;

    private SpecialTokens(Map<String, String> byName) {
        this.byName = byName;
    }

    /** Reads tokenizer_config.json and, for what it leaves out, special_tokens_map.json; a missing file names none. */
    public static SpecialTokens read(Path folder) throws IOException {
        Map<String, String> byName = new LinkedHashMap<>();
        for (String name : FILES) {
            Path file = folder.resolve(name);
            if (FolderFiles.has(file)) {
                for (Map.Entry<String, JsonNode> field : tree(file).properties()) {
                    JsonNode token = field.getValue().isObject() ? field.getValue().path("content") : field.getValue();
                    if (field.getKey().endsWith("_token") && token.isTextual()) {
                        byName.put(field.getKey(), token.textValue());
                    }
                }
            }
        }
        return new SpecialTokens(byName);
    }

    /** The JSON of a file. @throws TokenizerException when it is none */
    static JsonNode tree(Path file) throws IOException {
        return HuggingFaceTokenizer.FILES.tree(file);
    }

    /** The text of a special token, empty where the folder names none. @param name "eos_token", "bos_token" ... */
    public Optional<String> get(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The texts by name, for templates; not to be changed. */
    public Map<String, String> asMap() {
        return Map.copyOf(byName);
    }
}
