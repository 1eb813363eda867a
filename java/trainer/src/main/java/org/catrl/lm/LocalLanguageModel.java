package org.catrl.lm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.catrl.data.Prompt;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.generate.Completion;
import org.catrl.generate.GenerationListener;
import org.catrl.generate.Generator;
import org.catrl.generate.Request;
import org.catrl.generate.SamplingSettings;
import org.catrl.text.TextStream;
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
    private final PromptEncoder encoder;
    private final List<Integer> stopTokens;
    private final TokenScorer scorer;

    /** Scores each completion's tokens, prompts and completions parallel. */
    public interface TokenScorer {
        List<float[]> logProbs(List<int[]> prompts, List<int[]> completions);

        List<float[]> selfCertainty(List<int[]> prompts, List<int[]> completions);
    }

    /** @param stopTokens what ends a completion when the settings name no stop tokens */
    public LocalLanguageModel(Generator generator, Tokenizer tokenizer, List<Integer> stopTokens) {
        this(generator, tokenizer, PromptEncoder.plain(tokenizer), stopTokens, null);
    }

    /**
     * @param encoder    of prompts
     * @param stopTokens what ends a completion when the settings name no stop tokens
     * @param scorer     null = none
     */
    public LocalLanguageModel(Generator generator, Tokenizer tokenizer, PromptEncoder encoder, List<Integer> stopTokens,
                              TokenScorer scorer) {
        this.generator = generator;
        this.tokenizer = tokenizer;
        this.encoder = encoder;
        this.stopTokens = List.copyOf(stopTokens);
        this.scorer = scorer;
    }

    @Override
    public Optional<Scorer> scorer() {
        return Optional.ofNullable(scorer).map(by -> new Scorer() {
            @Override
            public List<float[]> logProbs(List<Continuation> continuations) {
                return by.logProbs(continuations.stream().map(Continuation::context).toList(),
                        continuations.stream().map(one -> one.completion().ids()).toList());
            }

            @Override
            public List<float[]> selfCertainty(Prompt prompt, List<Completion> completions) {
                return by.selfCertainty(Collections.nCopies(completions.size(), encoder.encode(prompt)),
                        completions.stream().map(Completion::ids).toList());
            }

            @Override
            public int[] tokens(String text) {
                return tokenizer.encode(text);
            }

            @Override
            public int[] asked(Prompt prompt) {
                return encoder.encode(prompt);
            }
        });
    }

    @Override
    public List<Rollout> complete(List<Prompt> prompts, SamplingSettings settings, int step) {
        return sample(prompts, 1, settings, step).stream().map(group -> group.rollouts().get(0)).toList();
    }

    /** Some samples of each prompt, in order. @throws RequestException when a prompt does not fit */
    public List<SampledGroup> sample(List<Prompt> prompts, int samples, SamplingSettings settings, int step) {
        SamplingSettings used = used(settings);
        List<Request> requests = new ArrayList<>();
        for (Prompt prompt : prompts) {
            requests.add(new Request(encoder.encode(prompt), samples, used, step, prompt.id()));
        }
        List<List<Completion>> completions = generator.generate(requests);
        List<SampledGroup> groups = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            groups.add(new SampledGroup(prompts.get(i), completions.get(i).stream().map(this::rollout).toList()));
        }
        return groups;
    }

    private SamplingSettings used(SamplingSettings settings) {
        return settings.stopTokens().isEmpty() ? settings.withStopTokens(stopTokens) : settings;
    }

    /**
     * One sample of a prompt whose ids are known: what {@link #complete} draws for a prompt of this number.
     *
     * @param text hears of the text piece by piece, as it is certain
     */
    public Rollout stream(int[] prompt, SamplingSettings settings, int step, int promptId, Consumer<String> text) {
        TextStream pieces = new TextStream(tokenizer::decode);
        Completion completion = generator.generate(List.of(new Request(prompt, 1, used(settings), step, promptId)),
                new GenerationListener() {
                    @Override
                    public void finished(int request, int rollout, Completion ended) {
                        give(pieces.flush());
                    }

                    @Override
                    public void drawn(int request, int rollout, int id) {
                        give(pieces.push(id));
                    }

                    private void give(String piece) {
                        if (!piece.isEmpty()) {
                            text.accept(piece);
                        }
                    }
                }).get(0).get(0);
        return rollout(completion);
    }

    private Rollout rollout(Completion completion) {
        return new Rollout(tokenizer.decode(completion.ids()), completion);
    }

    @Override
    public int tokens(String text) {
        return encoder.encode(new Prompt(0, text)).length;
    }

    @Override
    public int maxPositions() {
        return generator.maxPositions();
    }
}
