package org.catrl.text;

/** Text to token ids and back. Thread-safe. */
public interface Tokenizer {
    /** Ids of the text, with no special tokens added. */
    int[] encode(String text);

    /** Text of the ids, special tokens left out. */
    String decode(int[] ids);

    /** One more than the highest id, added tokens included: a model needs at least so many rows in its vocabulary. */
    int size();

    /** Id of one token as the vocabulary spells it, or -1. */
    int id(String token);
}
