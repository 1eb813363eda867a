package org.catrl.recipe;

import static org.catrl.setting.SettingException.require;

import java.time.Duration;
import java.util.function.Supplier;
import org.catrl.setting.SettingException;
import org.catrl.text.AnswerFormat;
import org.catrl.text.BoxedAnswer;
import org.catrl.text.ChoiceAnswer;
import org.catrl.text.Comparison;
import org.catrl.text.FreeAnswer;
import org.catrl.text.GuardedAnswer;
import org.catrl.text.NumberAnswer;
import org.catrl.text.PatternAnswer;
import org.catrl.text.TextAnswer;
import org.catrl.text.algebra.AlgebraicComparison.Percent;
import org.catrl.text.algebra.AlgebraicComparison;

/**
 * Where a text's final answer stands, and when two are the same.
 *
 * <pre>{@code
 * answer: {format: pattern, pattern: '#([0-9]{5})', strict: true}
 * }</pre>
 *
 * @param format     where it stands: in the last box; wherever a free text says it; the last number; the letter of a
 *                   choice; the whole text; or where a pattern says
 * @param pattern    a regular expression with one group around the answer; for {@code format: pattern} only
 * @param strict     whether answers are the same only as strings, as in the paper
 * @param percent    what a percent sign means, a unit or a hundredth
 * @param deadlineMs the last resort of one comparison by algebra, which counted steps end long before: its most
 *                   processor time; what is not decided by then is different
 */
public record AnswerRecipe(Format format, String pattern, boolean strict, Percent percent, int deadlineMs) {
    /** Time that reading may take beyond the algebra; no text known takes a hundredth of it. */
    private static final Duration LAST_RESORT = Duration.ofSeconds(8);

    /** The place where an answer stands. */
    public enum Format { BOXED, FREE, NUMBER, CHOICE, TEXT, PATTERN }

    static final AnswerRecipe DEFAULTS = new AnswerRecipe(Format.BOXED, null, false, Percent.UNIT, 2000);
    static final AnswerRecipe STRICT = new AnswerRecipe(Format.BOXED, null, true, Percent.UNIT, 2000);

    public AnswerRecipe {
        if (format == Format.PATTERN && pattern == null) {
            throw SettingException.missing("pattern", "format: pattern has to be told it");
        }
        if (format != Format.PATTERN && pattern != null) {
            throw new SettingException("pattern", pattern, "it goes with format: pattern, and only with it");
        }
        if (pattern != null) {
            checkPattern(pattern);
        }
        require(deadlineMs >= 1, "deadline_ms", deadlineMs, "1 or more");
    }

    private static void checkPattern(String pattern) {
        try {
            new PatternAnswer(pattern, Comparison.EXACT);
        } catch (IllegalArgumentException e) {
            throw new SettingException("pattern", e.getMessage());
        }
    }

    /** What finds and compares answers, guarded against whatever a text holds. */
    public AnswerFormat toFormat() {
        Supplier<Comparison> comparisons = () -> strict ? Comparison.EXACT
                : new AlgebraicComparison(percent, Duration.ofMillis(deadlineMs));
        Duration deadline = LAST_RESORT.plusMillis(deadlineMs);
        return format == Format.TEXT ? GuardedAnswer.ofTexts(new TextAnswer(), deadline)
                : new GuardedAnswer(this::unguarded, comparisons, deadline);
    }

    /** Whether texts hold answers to compare: false where the whole text is the answer. */
    public boolean isCompared() {
        return format != Format.TEXT;
    }

    private AnswerFormat unguarded(Comparison comparison) {
        return switch (format) {
            case BOXED -> new BoxedAnswer(true, comparison);
            case FREE -> new FreeAnswer(comparison);
            case NUMBER -> new NumberAnswer(comparison);
            case CHOICE -> new ChoiceAnswer(comparison);
            case TEXT -> new TextAnswer();
            case PATTERN -> new PatternAnswer(pattern, comparison);
        };
    }
}
