package org.catrl.cli;

import org.catrl.text.AnswerFormat;
import org.catrl.text.BoxedAnswer;
import org.catrl.text.Comparison;
import org.catrl.text.PatternAnswer;

/**
 * Where a text's final answer stands.
 *
 * @param format     in the last box, or where a pattern says
 * @param pattern    a regular expression with one group around the answer; for {@code format: pattern} only
 * @param comparison when two answers are the same
 */
record AnswerRecipe(Format format, String pattern, Comparison comparison) {
    enum Format { BOXED, PATTERN }

    static final AnswerRecipe DEFAULTS = new AnswerRecipe(Format.BOXED, null, Comparison.NORMALISED);

    AnswerRecipe {
        if ((format == Format.PATTERN) != (pattern != null)) {
            throw new IllegalArgumentException("pattern is " + pattern + "; it goes with format: pattern, and only "
                    + "with it");
        }
        if (pattern != null) {
            new PatternAnswer(pattern, comparison);
        }
    }

    AnswerFormat toFormat() {
        return format == Format.BOXED ? new BoxedAnswer(true, comparison) : new PatternAnswer(pattern, comparison);
    }
}
