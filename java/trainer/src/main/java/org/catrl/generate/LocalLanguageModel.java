package org.catrl.generate;

import java.util.ArrayList;
import java.util.List;
import org.catrl.data.Prompt;
import org.catrl.text.Tokenizer;

/**
 * A model in this process. One thread at a time, as its generator.
 *
 * <p>Two models of a run need generators of different seeds: with one seed, the first rollout of a prompt in one and
 * that in the other would be drawn with the same random numbers.
 */
public final class LocalLanguageModel implements LanguageModel {
    private final Generator generator;
    private final Tokenizer tokenizer;
    private final List<Integer> stopTokens;

    /** @param stopTokens what ends a completion when the settings name no stop tokens; see {@link StopTokens} */
    public LocalLanguageModel(Generator generator, Tokenizer tokenizer, List<Integer> stopTokens) {
        this.generator = generator;
        this.tokenizer = tokenizer;
        this.stopTokens = List.copyOf(stopTokens);
    }

    @Override
    public List<Rollout> complete(List<Prompt> prompts, SamplingSettings settings, int step) {
        return sample(prompts, 1, settings, step).stream().map(group -> group.rollouts().get(0)).toList();
    }

    /** Some samples of each prompt, in order. @throws RequestException when a prompt does not fit */
    public List<Group> sample(List<Prompt> prompts, int samples, SamplingSettings settings, int step) {
        SamplingSettings used = settings.stopTokens().isEmpty() ? settings.withStopTokens(stopTokens) : settings;
        List<Request> requests = new ArrayList<>();
        for (Prompt prompt : prompts) {
            requests.add(new Request(tokenizer.encode(prompt.text()), samples, used, step, prompt.id()));
        }
        List<List<Completion>> completions = generator.generate(requests);
        List<Group> groups = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            groups.add(new Group(prompts.get(i), completions.get(i).stream().map(this::rollout).toList()));
        }
        return groups;
    }

    private Rollout rollout(Completion completion) {
        return new Rollout(tokenizer.decode(completion.ids()), completion);
    }

    @Override
    public int tokens(String text) {
        return tokenizer.encode(text).length;
    }

    @Override
    public int maxPositions() {
        return generator.maxPositions();
    }
}
