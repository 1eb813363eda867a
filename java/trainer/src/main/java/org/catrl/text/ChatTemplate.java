package org.catrl.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catrl.folder.FolderFiles;
import org.catrl.text.jinja.JinjaException;
import org.catrl.text.jinja.Template;

/** A model's own way of writing a conversation as one text, in Jinja, as transformers renders it. */
public final class ChatTemplate {
    private static final String FILE = "chat_template.jinja";
    private static final String CONFIG = "tokenizer_config.json";
    private static final String KEY = "chat_template";
    private static final String DEFAULT = "default";

    private final String name;
    private final Template template;
    private final Map<String, String> specialTokens;
    private final Clock clock;

    private ChatTemplate(String name, Template template, Map<String, String> specialTokens, Clock clock) {
        this.name = name;
        this.template = template;
        this.specialTokens = specialTokens;
        this.clock = clock;
    }

    /**
     * A folder's chat_template.jinja, else chat_template of its tokenizer_config.json (of several, the one named
     * default); empty when there is none.
     *
     * @param folder a model folder of Hugging Face's layout
     * @throws TokenizerException naming the file and the line of what is wrong with it
     */
    public static Optional<ChatTemplate> load(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (FolderFiles.has(file)) {
            return Optional.of(of(file, HuggingFaceTokenizer.FILES.text(file), SpecialTokens.read(folder)));
        }
        Path config = folder.resolve(CONFIG);
        JsonNode given = FolderFiles.has(config) ? SpecialTokens.tree(config).path(KEY) : null;
        Optional<String> text = given == null ? Optional.empty() : text(given);
        return text.isEmpty() ? Optional.empty() : Optional.of(of(config, text.get(), SpecialTokens.read(folder)));
    }

    private static Optional<String> text(JsonNode given) {
        for (JsonNode named : given) {
            if (named.path("name").asText().equals(DEFAULT)) {
                return Optional.of(named.path("template").asText());
            }
        }
        return given.isTextual() ? Optional.of(given.textValue()) : Optional.empty();
    }

    private static ChatTemplate of(Path file, String text, SpecialTokens tokens) throws TokenizerException {
        try {
            return of(file.toString(), text, tokens.asMap(), Clock.systemDefaultZone());
        } catch (JinjaException e) {
            throw new TokenizerException(file, "its chat template cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * A template from its text.
     *
     * @param name          whose it is, for messages
     * @param text          Jinja, as transformers reads it
     * @param specialTokens what the template may write: "bos_token" to its text
     * @param clock         what strftime_now reads
     * @throws JinjaException when the text is no template, with the line of what is wrong
     */
    public static ChatTemplate of(String name, String text, Map<String, String> specialTokens, Clock clock) {
        return new ChatTemplate(name, Template.parse(text), specialTokens, clock);
    }

    /**
     * A conversation as one text, ready for the answer.
     *
     * @param variables for the template: enable_thinking, tools, date_string
     * @throws ChatTemplateException with the template's own words when it refuses the conversation
     */
    public String prompt(List<ChatMessage> messages, Map<String, ?> variables) {
        Map<String, Object> all = new HashMap<>(variables);
        all.put("add_generation_prompt", true);
        return render(messages.stream().map(ChatMessage::asMap).toList(), all);
    }

    /**
     * A conversation as one text, as it stands once all of it is said.
     *
     * @param variables for the template
     * @throws ChatTemplateException with the template's own words when it refuses the conversation
     */
    public String conversation(List<ChatMessage> messages, Map<String, ?> variables) {
        Map<String, Object> all = new HashMap<>(variables);
        all.put("add_generation_prompt", false);
        return render(messages.stream().map(ChatMessage::asMap).toList(), all);
    }

    /**
     * A conversation as one text; whether an answer is asked for is up to the variables.
     *
     * @param messages  each a role, a content and whatever else the template knows (tool_calls, parts of a content)
     * @param variables for the template, add_generation_prompt among them
     * @throws ChatTemplateException with the template's own words when it refuses them
     */
    public String render(List<Map<String, Object>> messages, Map<String, ?> variables) {
        Map<String, Object> all = new HashMap<>(specialTokens);
        all.put("add_generation_prompt", false);
        all.putAll(variables);
        all.put("messages", messages);
        try {
            return template.render(all, clock);
        } catch (JinjaException e) {
            String what = e.raisedByTemplate() ? "the model's chat template refuses the conversation: "
                    : name + ": its chat template fails: ";
            throw new ChatTemplateException(what + e.getMessage(), e);
        }
    }
}
