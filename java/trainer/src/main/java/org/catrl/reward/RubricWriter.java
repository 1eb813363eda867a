package org.catrl.reward;

import java.util.List;
import org.catrl.flow.Rollout;
import org.catrl.flow.TaughtGroup;
import org.catrl.generate.DrawKey.Purpose;
import org.catrl.generate.DrawKey;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Pending;
import org.catrl.lm.Query;
import org.catrl.lm.Reply;

/**
 * A language model proposes the rubric, in one call per prompt, from the reference alone or, for the ablation, from the
 * question alone. Of a synthesis it reads what stands under "# UNIFIED RESPONSE". Where it does not answer there are
 * no criteria.
 *
 * @param model        the model that writes
 * @param prompt       how the model is asked
 * @param fromQuestion whether it sees the question instead of the reference
 * @param sampling     how the replies are drawn
 */
public record RubricWriter(LanguageModel model, RubricPrompt prompt, boolean fromQuestion, SamplingSettings sampling)
        implements RubricSource {
    private static final String HEADING = "# UNIFIED RESPONSE";

    @Override
    public Pending<Rubric> rubric(TaughtGroup taught, int step) {
        String text = fromQuestion ? taught.group().prompt().text() : unified(taught.reference().text());
        return model.ask(new Query(prompt.of(text), sampling,
                new DrawKey(step, taught.group().prompt().id(), 0, Purpose.RUBRIC)))
                .map(RubricWriter::rubric);
    }

    private static Rubric rubric(Reply reply) {
        return reply instanceof Reply.Unanswered unanswered
                ? new Rubric(List.of(), "the rubric writer did not answer: " + unanswered.reason())
                : Rubric.parse(reply.rollout().map(Rollout::text).orElseThrow());
    }

    /** What stands under the synthesis prompt's heading; all of it where there is none. */
    static String unified(String reference) {
        int heading = reference.lastIndexOf(HEADING);
        return heading < 0 ? reference : reference.substring(heading + HEADING.length()).strip();
    }
}
