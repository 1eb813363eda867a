package org.catrl.generate;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The role "continue these prompts": policy, anchor or judge, local or remote. Answers come in the order asked. */
public interface LanguageModel {
    /** @param prompts each with its number, the last part of the random key together with {@code step} */
    List<Rollout> complete(List<org.catrl.data.Prompt> prompts, SamplingSettings settings, int step);

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
