package org.catrl.recipe;

import static org.catrl.setting.SettingException.require;

import java.util.List;
import org.catrl.aggregate.ContextPolicy;
import org.catrl.aggregate.FreeformSynthesisPrompt;
import org.catrl.aggregate.GeneralSynthesisPrompt;
import org.catrl.aggregate.SynthesisPrompt;
import org.catrl.aggregate.SynthesisSettings;
import org.catrl.aggregate.TemplateSynthesisPrompt;
import org.catrl.aggregate.UnparsedPolicy;
import org.catrl.generate.SamplingSettings;
import org.catrl.setting.Inline;

/**
 * How the anchor is asked for references.
 *
 * <pre>{@code
 * synthesis: {form: freeform, max_completion_length: 1024, unparsed: resample, attempts: 3}
 * }</pre>
 *
 * @param template            a fixed form; absent: the prompt for models that follow instructions
 * @param form                the form of that prompt: reasoning with a boxed answer, or freeform
 * @param temperature         0 = greedy
 * @param maxCompletionLength most tokens of a synthesis
 * @param withQuestion        whether the anchor sees the question
 * @param failing             what is done where a synthesis cannot be had
 * @param recursion           how rollouts meet under {@code aggregator: recursive_synthesis}
 */
public record SynthesisRecipe(TemplateSynthesisPrompt template, Form form, double temperature, int maxCompletionLength,
                              boolean withQuestion, @Inline Failing failing, @Inline Recursion recursion) {
    /** What the prompt for models that follow instructions asks for. */
    public enum Form { REASONING, FREEFORM }

    /**
     * What is done where a synthesis cannot be had.
     *
     * @param context  what happens when the rollouts do not fit the anchor's context
     * @param unparsed what happens when a synthesis holds no answer
     * @param attempts how often the anchor is asked in all under {@code unparsed: resample}
     */
    public record Failing(ContextPolicy context, UnparsedPolicy unparsed, int attempts) {
        public Failing {
            require(attempts >= 1, "attempts", attempts, "1 or more");
        }
    }

    /**
     * How rollouts meet under {@code aggregator: recursive_synthesis}.
     *
     * @param rounds how many rounds of syntheses
     * @param subset rollouts that meet in one prompt
     */
    public record Recursion(int rounds, int subset) {
        public Recursion {
            require(rounds >= 1, "rounds", rounds, "1 or more");
            require(subset >= 2, "subset", subset, "2 or more");
        }
    }

    static final SynthesisRecipe DEFAULTS = new SynthesisRecipe(null, Form.REASONING, 0, 512, false,
            new Failing(ContextPolicy.KEEP_TAILS, UnparsedPolicy.ABSTAIN, 3), new Recursion(2, 4));

    public SynthesisRecipe {
        SamplingSettings.of(temperature, maxCompletionLength, List.of());
    }

    /** The same with syntheses of another length. */
    public SynthesisRecipe withMaxCompletionLength(int tokens) {
        return new SynthesisRecipe(template, form, temperature, tokens, withQuestion, failing, recursion);
    }

    /** What the anchor is asked. */
    public SynthesisPrompt prompt() {
        return template != null ? template
                : form == Form.REASONING ? new GeneralSynthesisPrompt() : new FreeformSynthesisPrompt();
    }

    /**
     * How the anchor is asked.
     *
     * @param seed the seed of the order in which rollouts are shown
     */
    public SynthesisSettings toSettings(long seed) {
        return new SynthesisSettings(SamplingSettings.of(temperature, maxCompletionLength, List.of()), withQuestion,
                failing.context(), failing.unparsed(), failing.attempts(), seed);
    }
}
