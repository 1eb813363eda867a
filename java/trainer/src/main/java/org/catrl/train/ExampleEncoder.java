package org.catrl.train;

import static org.catrl.setting.SettingException.require;

import java.util.Arrays;
import org.catrl.data.Example;
import org.catrl.data.Prompt;
import org.catrl.generate.RequestException;
import org.catrl.lm.EndTokens;
import org.catrl.lm.PromptEncoder;
import org.catrl.model.ModelConfig;
import org.catrl.text.Excerpt;
import org.catrl.text.Tokenizer;

/**
 * Supervised examples as token ids. A prompt is written as rollouts read it: in the chat template or as it is, its
 * start token with it. A completion ends in the end token that the template writes, or in the tokenizer's own.
 */
public final class ExampleEncoder {
    /**
     * An example's ids; what is learned stands behind what is read.
     *
     * @param prompt     read
     * @param completion learned
     */
    record Encoded(int[] prompt, int[] completion) {
        int rows() {
            return prompt.length + completion.length - 1;
        }
    }

    private static final int SHOWN = 60;

    private final PromptEncoder prompts;
    private final EndTokens ends;
    private final boolean appendEos;
    private final int maxPositions;

    /**
     * The encoder of a model.
     *
     * @param prompts   how its prompts are written
     * @param appendEos whether what a template does not end is followed by an end token
     */
    public ExampleEncoder(ModelConfig config, Tokenizer tokenizer, PromptEncoder prompts, boolean appendEos) {
        this.prompts = prompts;
        this.ends = EndTokens.of(config, tokenizer);
        this.appendEos = appendEos;
        this.maxPositions = config.maxPositions();
        require(!appendEos || ends.ofText().isPresent(), "append_eos", true, "false: the model names no eos_token_id, "
                + "and its tokenizer no eos_token");
    }

    /**
     * Nothing where the example can be learned.
     *
     * @throws RequestException naming what is wrong with it
     */
    public void check(Example example) {
        encode(example);
    }

    /**
     * The ids of an example.
     *
     * @throws RequestException when it is longer than the model's context, or has nothing to learn
     */
    Encoded encode(Example example) {
        Encoded encoded = example.isText() ? text(example.completion()) : answer(example);
        int tokens = encoded.rows() + 1;
        if (encoded.prompt.length == 0 || encoded.completion.length == 0) {
            throw new RequestException("an example of " + tokens + " tokens has nothing to read or nothing to learn: "
                    + start(example));
        }
        if (tokens > maxPositions) {
            throw new RequestException("an example of " + tokens + " tokens is longer than the model's context of "
                    + maxPositions + ": " + start(example));
        }
        return encoded;
    }

    private static String start(Example example) {
        return "\"" + Excerpt.of(example.isText() ? example.completion() : example.prompt(), SHOWN) + "\"";
    }

    /** A text alone: its first token is read, and all others are learned. */
    private Encoded text(String text) {
        int[] ids = ended(prompts.encodeText(text));
        int read = Math.min(1, ids.length);
        return new Encoded(Arrays.copyOf(ids, read), Arrays.copyOfRange(ids, read, ids.length));
    }

    private Encoded answer(Example example) {
        Prompt prompt = example.asPrompt();
        int[] ids = prompts.encodeAnswer(prompt, example.completion());
        return new Encoded(prompts.encode(prompt), ended(prompts.isChat() ? turn(ids) : ids));
    }

    /** A turn without what the template writes behind its end token, a line break mostly. */
    private int[] turn(int[] ids) {
        for (int last = ids.length - 1; last >= 0; last--) {
            if (ends.all().contains(ids[last])) {
                return Arrays.copyOf(ids, last + 1);
            }
        }
        return ids;
    }

    private int[] ended(int[] ids) {
        if (!appendEos || ids.length > 0 && ends.all().contains(ids[ids.length - 1])) {
            return ids;
        }
        int[] ended = Arrays.copyOf(ids, ids.length + 1);
        ended[ids.length] = ends.ofText().getAsInt();
        return ended;
    }
}
