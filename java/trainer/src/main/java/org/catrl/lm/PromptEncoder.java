package org.catrl.lm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.catrl.data.Prompt;
import org.catrl.data.Turn;
import org.catrl.generate.RequestException;
import org.catrl.model.ModelFormatException;
import org.catrl.text.ChatMessage;
import org.catrl.text.ChatTemplate;
import org.catrl.text.Tokenizer;

/**
 * Prompts as token ids: in the model's chat template, which writes the special tokens itself, or as they are, with the
 * special tokens that the tokenizer adds.
 *
 * <pre>{@code
 * int[] ids = PromptEncoder.of(folder, tokenizer, Optional.of(ChatSettings.PLAIN)).encode("Is 7 prime?");
 * }</pre>
 */
public final class PromptEncoder {
    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final ChatSettings settings;

    private PromptEncoder(Tokenizer tokenizer, ChatTemplate template, ChatSettings settings) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.settings = settings;
    }

    /**
     * The encoder of a model folder.
     *
     * @param chat empty = prompts are what they are
     * @throws ModelFormatException where the folder holds no chat template and one is wanted
     */
    public static PromptEncoder of(Path folder, Tokenizer tokenizer, Optional<ChatSettings> chat) throws IOException {
        if (chat.isEmpty()) {
            return plain(tokenizer);
        }
        ChatTemplate template = ChatTemplate.load(folder).orElseThrow(() -> new ModelFormatException(folder,
                "it has no chat template, which prompts are to be put into"));
        return chat(tokenizer, template, chat.get());
    }

    /** An encoder of prompts as they are, with the special tokens that the tokenizer adds. */
    public static PromptEncoder plain(Tokenizer tokenizer) {
        return new PromptEncoder(tokenizer, null, ChatSettings.PLAIN);
    }

    /** An encoder of prompts in a chat template. */
    public static PromptEncoder chat(Tokenizer tokenizer, ChatTemplate template, ChatSettings settings) {
        return new PromptEncoder(tokenizer, template, settings);
    }

    /**
     * The prompt's token ids.
     *
     * @throws RequestException when the prompt is a conversation and there is no template for it
     */
    public int[] encode(Prompt prompt) {
        if (template != null) {
            return tokenizer.encode(template.prompt(messages(prompt), settings.variables()));
        }
        if (prompt.turns().size() > 1) {
            throw new RequestException("prompt " + prompt.id() + " is a conversation of " + prompt.turns().size()
                    + " messages; it wants a model with a chat template");
        }
        return encodeText(prompt.text());
    }

    /** The token ids of a text as it is; one that spells out its start token does not get a second one. */
    public int[] encodeText(String text) {
        int[] ids = tokenizer.encodeWithSpecialTokens(text);
        if (ids.length < 2 || ids[0] != ids[1]) {
            return ids;
        }
        int[] bare = tokenizer.encode(text);
        boolean doubled = bare.length < ids.length && Arrays.equals(bare, 0, bare.length, ids, 1, 1 + bare.length);
        return doubled ? Arrays.copyOfRange(ids, 1, ids.length) : ids;
    }

    /** Whether prompts are put into a chat template. */
    public boolean isChat() {
        return template != null;
    }

    /**
     * The token ids of what follows {@link #encode(Prompt)} where the prompt is answered: the answer alone, or with all
     * that the template writes around it, its end token above all.
     *
     * @throws RequestException when the template writes the prompt differently once it is answered
     */
    public int[] encodeAnswer(Prompt prompt, String answer) {
        if (template == null) {
            return tokenizer.encode(answer);
        }
        List<ChatMessage> messages = messages(prompt);
        String asked = template.prompt(messages, settings.variables());
        messages.add(ChatMessage.assistant(answer));
        String answered = template.conversation(messages, settings.variables());
        if (!answered.startsWith(asked)) {
            throw new RequestException("the model's chat template writes a conversation differently once it is "
                    + "answered, so that the answer cannot be told from the prompt; write both out as prompt and "
                    + "completion, with chat: {template: never}");
        }
        return tokenizer.encode(answered.substring(asked.length()));
    }

    /** The token ids of a text as a user's only message, or as it is. */
    public int[] encode(String text) {
        return template == null ? encodeText(text)
                : tokenizer.encode(template.prompt(messages(new Prompt(0, text)), settings.variables()));
    }

    private List<ChatMessage> messages(Prompt prompt) {
        List<ChatMessage> messages = new ArrayList<>();
        List<Turn> turns = prompt.turns().isEmpty() ? List.of(new Turn("user", prompt.text())) : prompt.turns();
        if (!turns.get(0).role().equals("system")) {
            settings.system().ifPresent(system -> messages.add(ChatMessage.system(system)));
        }
        turns.forEach(turn -> messages.add(new ChatMessage(turn.role(), turn.content())));
        return messages;
    }
}
