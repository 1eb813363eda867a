package org.catrl.text;

import java.util.OptionalInt;

/** Text to token ids and back. Thread-safe. */
public interface Tokenizer {
    /** Ids of the text, with no special tokens added; those that the text spells out become what they are. */
    int[] encode(String text);

    /** Ids of the text between the special tokens that the model expects around a text: most often one at its start. */
    int[] encodeWithSpecialTokens(String text);

    /** Text of the ids, special tokens left out. */
    String decode(int[] ids);

    /** Text of the ids, special tokens spelled out. */
    String decodeWithSpecialTokens(int[] ids);

    /** One more than the highest id, added tokens included: a model needs at least so many rows in its vocabulary. */
    int size();

    /** Id of the token that ends a text, as tokenizer_config.json names it; the model may name others. */
    OptionalInt endToken();

    /** Id of one token as the vocabulary spells it, or -1. */
    int id(String token);
}
