package org.catrl.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catrl.model.LoraFiles;
import org.catrl.text.ChatMessage;
import org.catrl.text.ChatTemplate;

/**
 * A user's turn, put into a model's chat template.
 *
 * <pre>{@code
 * new Conversation(Optional.of("Answer briefly."), "What is 17 * 24?", Map.of("enable_thinking", false))
 * }</pre>
 *
 * @param system    the message before it; may be empty
 * @param user      what the user says
 * @param variables those of the template
 */
public record Conversation(Optional<String> system, String user, Map<String, Object> variables) {
    /** Whether a model's folder has a chat template. */
    public static boolean isPossible(Path model) throws IOException {
        return ChatTemplate.load(LoraFiles.modelFolder(model)).isPresent();
    }

    /**
     * The conversation as the template of a folder writes it.
     *
     * @throws java.util.NoSuchElementException when the folder has no template
     */
    String written(Path folder) throws IOException {
        List<ChatMessage> messages = new ArrayList<>();
        system.ifPresent(text -> messages.add(ChatMessage.system(text)));
        messages.add(ChatMessage.user(user));
        return ChatTemplate.load(folder).orElseThrow().prompt(messages, variables);
    }
}
