package org.catrl.lm;

import java.util.OptionalInt;
import org.catrl.generate.Finish;
import org.catrl.text.Utf8;

/**
 * What an endpoint said. Half a surrogate pair in its text, which no file could hold, is replaced.
 *
 * @param text   the completion
 * @param finish why it ended
 * @param tokens those of the text, as the endpoint counts them; empty where it does not
 */
record EndpointReply(String text, Finish finish, OptionalInt tokens) {
    /** The most characters that a token can stand for: no tokenizer in use has one that is longer on average. */
    static final int CHARACTERS_PER_TOKEN = 64;

    EndpointReply {
        text = Utf8.wellFormed(text);
    }

    /**
     * The reply as it can be when no more than these tokens were asked for: a longer text is cut and counts as cut, a
     * count that is negative or larger (but for the end token) is no count.
     */
    EndpointReply within(int maxTokens) {
        long longest = (long) maxTokens * CHARACTERS_PER_TOKEN;
        boolean counted = tokens.isPresent() && tokens.getAsInt() >= 0 && tokens.getAsInt() <= maxTokens + 1L;
        OptionalInt count = counted ? tokens : OptionalInt.empty();
        return text.length() <= longest ? new EndpointReply(text, finish, count)
                : new EndpointReply(Utf8.first(text, (int) longest), Finish.LENGTH, count);
    }

    /** The reply, should it repeat the key that it was asked with, without it. */
    EndpointReply without(ApiKey key) {
        return new EndpointReply(key.hiddenIn(text), finish, tokens);
    }
}
