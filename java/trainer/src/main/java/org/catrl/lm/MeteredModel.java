package org.catrl.lm;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catrl.data.Prompt;
import org.catrl.flow.Rollout;
import org.catrl.generate.Completion;
import org.catrl.generate.SamplingSettings;

/** A model whose reader wants to know what it costs: tokens read and tokens written, counted since it was made. */
public final class MeteredModel implements LanguageModel {
    private final LanguageModel model;
    private long read;
    private long written;

    public MeteredModel(LanguageModel model) {
        this.model = model;
    }

    @Override
    public List<Rollout> complete(List<Prompt> prompts, SamplingSettings settings, int step) {
        List<Rollout> rollouts = model.complete(prompts, settings, step);
        prompts.forEach(prompt -> read += model.tokens(prompt.text()));
        rollouts.forEach(rollout -> written += rollout.completion().ids().length);
        return rollouts;
    }

    @Override
    public Optional<Scorer> scorer() {
        return model.scorer().map(scorer -> new Scorer() {
            @Override
            public List<float[]> logProbs(List<Continuation> continuations) {
                continuations.forEach(one -> read += one.length());
                return scorer.logProbs(continuations);
            }

            @Override
            public List<float[]> selfCertainty(Prompt prompt, List<Completion> completions) {
                completions.forEach(one -> read += model.tokens(prompt.text()) + one.ids().length);
                return scorer.selfCertainty(prompt, completions);
            }

            @Override
            public int[] tokens(String text) {
                return scorer.tokens(text);
            }

            @Override
            public int[] asked(Prompt prompt) {
                return scorer.asked(prompt);
            }
        });
    }

    @Override
    public Map<String, Double> metrics() {
        return model.metrics();
    }

    @Override
    public int tokens(String text) {
        return model.tokens(text);
    }

    @Override
    public int maxPositions() {
        return model.maxPositions();
    }

    /** Tokens of prompts, and of texts that were scored. */
    public long read() {
        return read;
    }

    /** Tokens generated. */
    public long written() {
        return written;
    }
}
