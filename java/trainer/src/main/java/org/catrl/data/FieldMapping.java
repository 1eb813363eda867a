package org.catrl.data;

import java.util.regex.Pattern;
import org.catrl.setting.SettingException;
import org.catrl.text.Excerpt;
import org.catrl.text.GivenUpException;
import org.catrl.text.LastCapture;

/**
 * Where the rows of a JSONL file hold prompt and answer.
 *
 * @param prompt   the field of the prompt: a text, or a list of messages {@code {"role": ..., "content": ...}}
 * @param answer   the field of the answer: a text, a number, or any JSON, which is then taken as its text
 * @param gold     a regular expression whose one group is the answer in that text, at its last match; null = all of it
 * @param template what a prompt of one text is put into, in place of {prompt}; null = it is asked as it is
 */
public record FieldMapping(String prompt, String answer, Pattern gold, String template) {
    private static final String PLACE = "{prompt}";

    /** The fields prompt and answer. */
    public static final FieldMapping PLAIN = new FieldMapping("prompt", "answer", null, null);

    /** MATH, MATH-500, AIME and AMC as they are published: problem and answer. */
    public static final FieldMapping MATH = new FieldMapping("problem", "answer", null, null);

    /** GSM8K as it is published: the answer stands behind #### at the end of the solution. */
    public static final FieldMapping GSM8K = new FieldMapping("question", "answer",
            Pattern.compile("####\\s*(-?[$0-9.,]+)"), null);

    /** HealthBench as it is published: a conversation, and the physicians' rubric as the gold answer. */
    public static final FieldMapping HEALTHBENCH = new FieldMapping("prompt", "rubrics", null, null);

    public FieldMapping {
        if (gold != null && gold.matcher("").groupCount() != 1) {
            throw new SettingException("answer_pattern",
                    "the pattern of the answer, " + gold + ", must have exactly one group");
        }
        if (template != null && !template.contains(PLACE)) {
            throw new SettingException("template", "\"" + template + "\"", "it must hold {prompt}");
        }
    }

    /** The question, put into the template where there is one. */
    String asked(String text) {
        return template == null ? text : template.replace(PLACE, text);
    }

    /**
     * The answer within the answer's text.
     *
     * @throws DataException where the pattern finds none, or looks for it without end
     */
    String gold(String text, String where) {
        if (gold == null) {
            return text;
        }
        try {
            return LastCapture.of(gold, text).orElseThrow(() -> new DataException(where + ": the answer does not match "
                    + "answer_pattern, " + gold + ": " + Excerpt.of(text)));
        } catch (GivenUpException e) {
            throw new DataException(where + ": the search for answer_pattern, " + gold + ", was given up: "
                    + e.getMessage() + "; write the pattern so that it can match in one way only", e);
        }
    }
}
