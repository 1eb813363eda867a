package org.catrl.recipe;

import java.util.List;
import org.catrl.aggregate.ContextPolicy;
import org.catrl.aggregate.FreeformSynthesisPrompt;
import org.catrl.aggregate.GeneralSynthesisPrompt;
import org.catrl.aggregate.SynthesisPrompt;
import org.catrl.aggregate.SynthesisSettings;
import org.catrl.aggregate.TemplateSynthesisPrompt;
import org.catrl.aggregate.UnparsedPolicy;
import org.catrl.generate.SamplingSettings;

/**
 * How the anchor is asked for references.
 *
 * @param template            a fixed form; absent: the prompt for models that follow instructions
 * @param form                of that prompt: reasoning with a boxed answer, or freeform
 * @param temperature         0 = greedy
 * @param maxCompletionLength most tokens of a synthesis
 * @param withQuestion        whether the anchor sees the question
 * @param context             when the rollouts do not fit the anchor's context
 * @param unparsed            when a synthesis holds no answer
 * @param attempts            how often the anchor is asked in all under {@code unparsed: resample}
 * @param rounds              of {@code aggregator: recursive_synthesis}
 * @param subset              rollouts that meet in one of its prompts
 */
public record SynthesisRecipe(TemplateSynthesisPrompt template, Form form, double temperature, int maxCompletionLength,
                       boolean withQuestion, ContextPolicy context, UnparsedPolicy unparsed, int attempts,
                       int rounds, int subset) {
    public enum Form { REASONING, FREEFORM }

    static final SynthesisRecipe DEFAULTS =
            new SynthesisRecipe(null, Form.REASONING, 0, 512, false, ContextPolicy.KEEP_TAILS, UnparsedPolicy.ABSTAIN, 3,
                    2, 4);

    public SynthesisRecipe {
        toSettings(temperature, maxCompletionLength, withQuestion, context, unparsed, attempts, 0);
        if (rounds < 1 || subset < 2) {
            throw new IllegalArgumentException(rounds < 1 ? "rounds is " + rounds + "; it must be 1 or more"
                    : "subset is " + subset + "; it must be 2 or more");
        }
    }

    public SynthesisRecipe withMaxCompletionLength(int tokens) {
        return new SynthesisRecipe(template, form, temperature, tokens, withQuestion, context, unparsed, attempts, rounds,
                subset);
    }

    public SynthesisPrompt prompt() {
        return template != null ? template
                : form == Form.REASONING ? new GeneralSynthesisPrompt() : new FreeformSynthesisPrompt();
    }

    /** @param seed of the order in which rollouts are shown */
    public SynthesisSettings toSettings(long seed) {
        return toSettings(temperature, maxCompletionLength, withQuestion, context, unparsed, attempts, seed);
    }

    private static SynthesisSettings toSettings(double temperature, int maxCompletionLength, boolean withQuestion,
            ContextPolicy context, UnparsedPolicy unparsed, int attempts, long seed) {
        return new SynthesisSettings(SamplingSettings.of(temperature, maxCompletionLength, List.of()), withQuestion,
                context, unparsed, attempts, seed);
    }
}
