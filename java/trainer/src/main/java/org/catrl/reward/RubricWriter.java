package org.catrl.reward;

import java.util.List;
import java.util.stream.IntStream;
import org.catrl.data.Prompt;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.LanguageModel;

/**
 * A language model proposes the rubric, in one call per prompt, from the reference alone or, for the ablation, from the
 * question alone. Of a synthesis it reads what stands under "# UNIFIED RESPONSE".
 *
 * @param model        who writes
 * @param prompt       how it is asked
 * @param fromQuestion whether it sees the question instead of the reference
 * @param sampling     how its replies are drawn
 */
public record RubricWriter(LanguageModel model, RubricPrompt prompt, boolean fromQuestion, SamplingSettings sampling)
        implements RubricSource {
    private static final String HEADING = "# UNIFIED RESPONSE";

    @Override
    public List<Rubric> of(List<SampledGroup> groups, List<PseudoReference> references, int step) {
        List<Prompt> prompts = IntStream.range(0, groups.size()).mapToObj(at -> new Prompt(groups.get(at).prompt().id(),
                prompt.of(fromQuestion ? groups.get(at).prompt().text() : unified(references.get(at).text())))).toList();
        return model.completeFitting(prompts, sampling, step).stream().map(reply -> Rubric.parse(reply.text())).toList();
    }

    /** What stands under the synthesis prompt's heading; all of it where there is none. */
    static String unified(String reference) {
        int at = reference.lastIndexOf(HEADING);
        return at < 0 ? reference : reference.substring(at + HEADING.length()).strip();
    }
}
