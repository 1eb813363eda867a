package org.catrl.recipe;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.catrl.data.FieldMapping;
import org.catrl.setting.Default;
import org.catrl.setting.SettingException;

/**
 * How rows of {@code source: jsonl} are read. Its keys stand in the section data.
 *
 * <pre>{@code
 * data: {train: mine.jsonl, prompt_field: question, template: "{prompt} Think first."}
 * }</pre>
 *
 * @param schema        how the data set is published
 * @param promptField   instead of the schema's
 * @param answerField   instead of the schema's
 * @param answerPattern a regular expression whose one group is the answer in that field; absent: the schema's
 * @param template      what a prompt is put into, in place of {prompt}; absent: it is asked as it is
 */
public record SchemaRecipe(@Default("plain") Schema schema, String promptField, String answerField,
                           String answerPattern, String template) {
    /** The schema that a data set is published in. */
    public enum Schema {
        PLAIN(FieldMapping.PLAIN), MATH(FieldMapping.MATH), GSM8K(FieldMapping.GSM8K),
        HEALTHBENCH(FieldMapping.HEALTHBENCH);

        private final FieldMapping fields;

        Schema(FieldMapping fields) {
            this.fields = fields;
        }
    }

    public SchemaRecipe {
        mapping(schema.fields, promptField, answerField, answerPattern, template);
    }

    /** The fields, those of the recipe in place of the schema's. */
    public FieldMapping fields() {
        return mapping(schema.fields, promptField, answerField, answerPattern, template);
    }

    private static FieldMapping mapping(FieldMapping schema, String prompt, String answer, String pattern,
                                        String template) {
        try {
            return new FieldMapping(prompt == null ? schema.prompt() : prompt,
                    answer == null ? schema.answer() : answer,
                    pattern == null ? schema.gold() : Pattern.compile(pattern), template);
        } catch (PatternSyntaxException e) {
            throw new SettingException("answer_pattern", pattern, "it is no regular expression: " + e.getDescription());
        }
    }
}
