package org.catrl.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.catrl.setting.SettingException;

/**
 * A split by a seeded hash of the prompt's text: where a prompt falls does not depend on the others or on their order,
 * and equal prompts fall together.
 *
 * @param seed       the seed of the hash
 * @param validation share of the prompts to watch during training
 * @param test       share of the prompts for the final measurement; what is left of 1 is for training
 */
public record HashSplit(long seed, double validation, double test) {
    /** What a prompt is for. */
    public enum Part { TRAIN, VALIDATION, TEST }

    public HashSplit {
        if (!(validation >= 0) || !(test >= 0) || !(validation + test <= 1)) {
            throw new SettingException("validation", "validation is " + validation + " and test is " + test
                    + "; they must be 0 or more and not above 1 together");
        }
    }

    /** The part that a prompt of this text falls into. */
    public Part of(String text) {
        long hash = KeyedRandom.hash(seed, Arrays.hashCode(text.getBytes(StandardCharsets.UTF_8)), text.length());
        double place = (hash >>> 11) * 0x1p-53;
        return place < test ? Part.TEST : place < test + validation ? Part.VALIDATION : Part.TRAIN;
    }
}
