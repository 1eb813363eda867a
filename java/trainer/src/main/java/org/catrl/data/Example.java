package org.catrl.data;

import java.util.List;
import org.catrl.text.Utf8;

/**
 * A supervised example: a completion behind a prompt or a conversation, or a text alone.
 *
 * @param prompt     read, not learned; of a conversation its messages one under the other; empty of a text alone
 * @param completion what the loss is taken on
 * @param turns      the messages of a conversation that the completion answers; empty where the prompt is one text
 */
public record Example(String prompt, String completion, List<Turn> turns) {
    public Example {
        prompt = Utf8.wellFormed(prompt);
        completion = Utf8.wellFormed(completion);
        turns = List.copyOf(turns);
    }

    /** A completion behind a prompt. */
    public Example(String prompt, String completion) {
        this(prompt, completion, List.of());
    }

    /** An answer to a conversation. */
    public static Example of(List<Turn> turns, String answer) {
        return new Example(Prompt.of(0, turns).text(), answer, turns);
    }

    /** A text that is learned from its first token on. */
    public static Example ofText(String text) {
        return new Example("", text);
    }

    /** Whether it is a text alone. */
    public boolean isText() {
        return prompt.isEmpty() && turns.isEmpty();
    }

    /** What is read, as a prompt of rollouts is. */
    public Prompt asPrompt() {
        return new Prompt(0, prompt, turns);
    }
}
