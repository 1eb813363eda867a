package org.catrl.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.catrl.setting.SettingException;

/**
 * A split by a seeded hash of the prompt's text: where a prompt falls does not depend on the others or on their order, and
 * equal prompts fall together.
 *
 * @param validation share of the prompts
 * @param test       likewise; the rest is for training
 */
public record HashSplit(long seed, double validation, double test) {
    /** The parts. */
    public enum Part { TRAIN, VALIDATION, TEST }

    public HashSplit {
        if (!(validation >= 0) || !(test >= 0) || !(validation + test <= 1)) {
            throw new SettingException("validation", "validation is " + validation + " and test is " + test
                    + "; they must be 0 or more and not above 1 together");
        }
    }

    public Part of(String text) {
        long hash = KeyedRandom.hash(seed, Arrays.hashCode(text.getBytes(StandardCharsets.UTF_8)), text.length());
        double place = (hash >>> 11) * 0x1p-53;
        return place < test ? Part.TEST : place < test + validation ? Part.VALIDATION : Part.TRAIN;
    }
}
