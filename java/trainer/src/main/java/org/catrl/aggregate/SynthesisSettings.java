package org.catrl.aggregate;

import static org.catrl.setting.SettingException.require;

import org.catrl.generate.SamplingSettings;

/**
 * How references are synthesised.
 *
 * @param sampling     how the anchor's completions are drawn
 * @param withQuestion whether the anchor sees the question (the method: no)
 * @param context      what happens when the responses do not fit
 * @param unparsed     what happens when the synthesis holds no answer
 * @param attempts     how often the anchor is asked in all under {@link UnparsedPolicy#RESAMPLE}
 * @param seed         the seed of the order in which responses are shown
 */
public record SynthesisSettings(SamplingSettings sampling, boolean withQuestion, ContextPolicy context,
                                UnparsedPolicy unparsed, int attempts, long seed) {
    public SynthesisSettings {
        require(attempts >= 1, "attempts", attempts, "1 or more");
    }
}
