package org.catrl.recipe;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.catrl.data.FieldMapping;
import org.catrl.data.HashSplit;

/**
 * Where problems come from.
 *
 * @param source      a generator or files
 * @param seed        of generated problems ({@code source: arithmetic} or {@code advice}), and of the split
 * @param train       prompts to learn from, one JSON object a line; answers in it are not read ({@code source: jsonl})
 * @param heldOut     labelled prompts for the final measurement, or absent
 * @param probe       labelled prompts for the probe during the run, or absent
 * @param schema      the fields of these files
 * @param promptField instead of the schema's
 * @param answerField instead of the schema's
 * @param answerPattern a regular expression whose one group is the answer in that field; absent: the schema's
 * @param template    what a prompt is put into, in place of {prompt}; absent: it is asked as it is
 * @param split       parts of the training file that are kept out of it: for the probe and for the final measurement,
 *                    where those have no file of their own
 */
public record DataRecipe(Source source, long seed, String train, String heldOut, String probe, Schema schema,
                  String promptField, String answerField, String answerPattern, String template, SplitRecipe split) {
    public enum Source { ARITHMETIC, ADVICE, JSONL }

    /** How data sets are published. */
    public enum Schema {
        PLAIN(FieldMapping.PLAIN), MATH(FieldMapping.MATH), GSM8K(FieldMapping.GSM8K),
        HEALTHBENCH(FieldMapping.HEALTHBENCH);

        private final FieldMapping fields;

        Schema(FieldMapping fields) {
            this.fields = fields;
        }
    }

    /**
     * Shares of a file, by a seeded hash of each prompt.
     *
     * @param validation for the probe
     * @param test       for the final measurement
     */
    public record SplitRecipe(double validation, double test) {
        public SplitRecipe {
            new HashSplit(0, validation, test);
        }
    }

    static final DataRecipe DEFAULTS = new DataRecipe(Source.ARITHMETIC, 0, null, null, null, Schema.PLAIN, null, null,
            null, null, null);

    public DataRecipe {
        if (source != Source.JSONL) {
            refuse("train", train, source);
            refuse("held_out", heldOut, source);
            refuse("probe", probe, source);
        } else if (train == null && heldOut == null) {
            throw new IllegalArgumentException("train is missing; source: jsonl needs a file of prompts");
        }
        if (split != null && train == null) {
            throw new IllegalArgumentException("split is of the file train, which is missing");
        }
        mapping(schema, promptField, answerField, answerPattern, template);
    }

    private static void refuse(String name, String file, Source source) {
        if (file != null) {
            throw new IllegalArgumentException(name + " is " + file + "; it goes with source: jsonl, and source: "
                    + source.name().toLowerCase(Locale.ROOT) + " generates its problems");
        }
    }

    /** Whether gold answers are rubrics that responses are graded by. */
    public boolean byRubric() {
        return source == Source.ADVICE || schema == Schema.HEALTHBENCH;
    }

    public FieldMapping fields() {
        return mapping(schema, promptField, answerField, answerPattern, template);
    }

    private static FieldMapping mapping(Schema schema, String prompt, String answer, String pattern, String template) {
        try {
            return new FieldMapping(prompt == null ? schema.fields.prompt() : prompt,
                    answer == null ? schema.fields.answer() : answer,
                    pattern == null ? schema.fields.gold() : Pattern.compile(pattern), template);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("answer_pattern is " + pattern + "; it is no regular expression: "
                    + e.getDescription(), e);
        }
    }

    /** Everything is for training where the recipe splits nothing. */
    public HashSplit hashSplit() {
        return split == null ? new HashSplit(seed, 0, 0) : new HashSplit(seed, split.validation, split.test);
    }
}
