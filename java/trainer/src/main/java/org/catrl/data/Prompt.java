package org.catrl.data;

import java.util.List;
import java.util.stream.Collectors;
import org.catrl.text.Utf8;

/**
 * A task without its answer: all that training ever sees (the label firewall). The gold answer lives in
 * {@link LabelledPrompt}, which only evaluation reads.
 *
 * @param id    stable number of the prompt in its data set; part of the random key of its rollouts
 * @param text  what the policy is asked; of a conversation, its messages one under the other
 * @param turns the messages of a conversation; empty where the prompt is one text
 */
public record Prompt(int id, String text, List<Turn> turns) {
    public Prompt {
        text = Utf8.wellFormed(text);
        turns = List.copyOf(turns);
    }

    /** A prompt of one text. */
    public Prompt(int id, String text) {
        this(id, text, List.of());
    }

    /** A conversation, the last message of which is to be answered. */
    public static Prompt of(int id, List<Turn> turns) {
        return new Prompt(id, turns.size() == 1 ? turns.get(0).content() : turns.stream()
                .map(turn -> turn.role() + ": " + turn.content()).collect(Collectors.joining("\n\n")), turns);
    }
}
