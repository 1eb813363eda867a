package org.catrl.lm;

import java.util.List;
import org.catrl.data.Prompt;
import org.catrl.flow.Rollout;
import org.catrl.generate.DrawKey;
import org.catrl.generate.SamplingSettings;

/** Prompts put to a model, for tests. */
public final class Asked {
    private Asked() { }

    /** What the model replies, in order. */
    public static List<Reply> replies(LanguageModel model, List<Prompt> prompts, SamplingSettings sampling, int step) {
        return Pending.all(prompts.stream().map(prompt -> model.ask(new Query(prompt.text(), sampling,
                DrawKey.rollout(step, prompt.id())))).toList()).get();
    }

    /** The answers of a model that answers everything, in order. */
    public static List<Rollout> answers(LanguageModel model, List<Prompt> prompts, SamplingSettings sampling,
            int step) {
        return replies(model, prompts, sampling, step).stream().map(reply -> reply.rollout().orElseThrow()).toList();
    }
}
