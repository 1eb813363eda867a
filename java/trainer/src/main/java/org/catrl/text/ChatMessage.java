package org.catrl.text;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One turn of a conversation.
 *
 * @param role    "system", "user" or "assistant", as the model's template knows them
 * @param content what was said
 */
public record ChatMessage(String role, String content) {
    /** A message that sets the model's task, before all others. */
    public static ChatMessage system(String content) {
        return new ChatMessage("system", content);
    }

    /** A message to the model. */
    public static ChatMessage user(String content) {
        return new ChatMessage("user", content);
    }

    /** A message by the model. */
    public static ChatMessage assistant(String content) {
        return new ChatMessage("assistant", content);
    }

    /** The message as templates see it: role and content under these names. */
    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("role", role);
        map.put("content", content);
        return map;
    }
}
