package org.catrl.lm;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.catrl.data.Prompt;
import org.catrl.flow.Rollout;
import org.catrl.generate.SamplingSettings;

/** The role "continue these prompts": policy, anchor or judge, local or remote. Answers come in the order asked. */
public interface LanguageModel {
    /** @param prompts each with its number, the last part of the random key together with {@code step} */
    List<Rollout> complete(List<Prompt> prompts, SamplingSettings settings, int step);

    /** As {@link #complete}; a prompt that does not fit with its completion comes back as one that failed. */
    default List<Rollout> completeFitting(List<Prompt> prompts, SamplingSettings settings, int step) {
        List<Prompt> fitting = prompts.stream().filter(prompt -> tokens(prompt.text())
                + settings.maxCompletionLength() <= maxPositions()).toList();
        Iterator<Rollout> made = (fitting.isEmpty() ? List.<Rollout>of() : complete(fitting, settings, step)).iterator();
        Set<Prompt> asked = Collections.newSetFromMap(new IdentityHashMap<>());
        asked.addAll(fitting);
        return prompts.stream().map(prompt -> asked.contains(prompt) ? made.next() : Rollout.FAILED).toList();
    }

    /** Tokens a prompt takes, to see what fits. */
    int tokens(String text);

    /** Who tells how likely given tokens are; empty where the model is not in this process. */
    default Optional<Scorer> scorer() {
        return Optional.empty();
    }

    /** What there is to tell of its work since the last time this was asked: {@code latency_p50} and the like. */
    default Map<String, Double> metrics() {
        return Map.of();
    }

    /** Longest prompt and completion together, in tokens. */
    int maxPositions();
}
