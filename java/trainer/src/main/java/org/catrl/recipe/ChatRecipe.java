package org.catrl.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.catrl.lm.ChatSettings;
import org.catrl.model.LoraFiles;
import org.catrl.model.ModelFormatException;
import org.catrl.setting.SettingException;
import org.catrl.text.ChatTemplate;

/**
 * Whether prompts are put into the model's chat template.
 *
 * <pre>{@code
 * chat: {template: always, system: "Answer briefly.", variables: {enable_thinking: false}}
 * }</pre>
 *
 * @param template  auto = where the model's folder has one
 * @param system    a message before each prompt; absent: none
 * @param variables those of the template, e.g. {enable_thinking: false}
 */
public record ChatRecipe(Use template, String system, Map<String, Object> variables) {
    /** When the template is used. */
    public enum Use { AUTO, ALWAYS, NEVER }

    static final ChatRecipe DEFAULTS = new ChatRecipe(Use.AUTO, null, Map.of());

    public ChatRecipe {
        variables = variables == null ? Map.of() : new LinkedHashMap<>(variables);
        if (template == Use.NEVER && (system != null || !variables.isEmpty())) {
            throw new SettingException("template", "system and variables are of the chat template, and template is "
                    + "never");
        }
    }

    /**
     * How prompts are written for the model of a folder; empty where they are asked as they are.
     *
     * @throws ModelFormatException when a template is asked for and not there
     */
    public Optional<ChatSettings> settings(Path folder) throws IOException {
        boolean there = template != Use.NEVER && ChatTemplate.load(LoraFiles.modelFolder(folder)).isPresent();
        if (!there && (template == Use.ALWAYS || system != null || !variables.isEmpty())) {
            throw new ModelFormatException(folder, "it has no chat template (chat_template.jinja, or chat_template in "
                    + "tokenizer_config.json), which the recipe's chat asks for");
        }
        return there ? Optional.of(new ChatSettings(Optional.ofNullable(system), variables)) : Optional.empty();
    }
}
