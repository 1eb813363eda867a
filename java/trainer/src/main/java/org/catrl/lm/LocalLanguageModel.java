package org.catrl.lm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.catrl.data.Prompt;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.Usage;
import org.catrl.flow.WeightsVersion;
import org.catrl.generate.Completion;
import org.catrl.generate.DrawKey;
import org.catrl.generate.GenerationListener;
import org.catrl.generate.Generator;
import org.catrl.generate.Request;
import org.catrl.generate.RequestException;
import org.catrl.generate.SamplingSettings;
import org.catrl.text.TextStream;
import org.catrl.text.Tokenizer;

/**
 * A model in this process. One thread at a time, as its generator. Every role of a run draws from a stream of its own
 * ({@link org.catrl.data.RandomStream}), which the generator is made with.
 *
 * <pre>{@code
 * LanguageModel model = new LocalLanguageModel(generator, tokenizer, List.of());
 * }</pre>
 */
public final class LocalLanguageModel implements LanguageModel {
    private final Generator generator;
    private final Tokenizer tokenizer;
    private final PromptEncoder encoder;
    private final List<Integer> stopTokens;
    private final Optional<Scorer> scorer;
    private final Batcher<Query, Reply> queries = new Batcher<>(this::answers);

    /** A scorer of the tokens of each continuation, in order. */
    public interface TokenScorer {
        /** Log-probabilities at temperature 1. */
        List<float[]> logProbs(List<Scorer.Continuation> continuations);

        /** Self-certainty at temperature 1. */
        List<float[]> selfCertainty(List<Scorer.Continuation> continuations);
    }

    /**
     * A model that reads prompts as they are, and has no scorer.
     *
     * @param generator  draws the completions
     * @param tokenizer  reads and writes texts
     * @param stopTokens what ends a completion when the settings name no stop tokens
     */
    public LocalLanguageModel(Generator generator, Tokenizer tokenizer, List<Integer> stopTokens) {
        this(generator, tokenizer, PromptEncoder.plain(tokenizer), stopTokens, Optional.empty());
    }

    /**
     * A model that reads prompts by an encoder.
     *
     * @param generator  draws the completions
     * @param tokenizer  reads and writes texts
     * @param encoder    makes token ids of prompts
     * @param stopTokens what ends a completion when the settings name no stop tokens
     * @param scorer     scores given tokens; empty = none
     */
    public LocalLanguageModel(Generator generator, Tokenizer tokenizer, PromptEncoder encoder, List<Integer> stopTokens,
                              Optional<TokenScorer> scorer) {
        this.generator = generator;
        this.tokenizer = tokenizer;
        this.encoder = encoder;
        this.stopTokens = List.copyOf(stopTokens);
        this.scorer = scorer.map(tokens -> new LocalScorer(tokenizer, encoder, tokens));
    }

    @Override
    public Optional<Scorer> scorer() {
        return scorer;
    }

    @Override
    public Pending<Reply> ask(Query query) {
        return queries.submit(query);
    }

    private List<Reply> answers(List<Query> batch) {
        List<int[]> ids = batch.stream().map(query -> encoder.encode(query.text())).toList();
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            if (fits(ids.get(i), batch.get(i))) {
                requests.add(new Request(ids.get(i), 1, used(batch.get(i).sampling()), batch.get(i).key()));
            }
        }
        var completions = generator.generate(requests).iterator();
        List<Reply> replies = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            int[] query = ids.get(i);
            replies.add(fits(query, batch.get(i)) ? answered(query, completions.next().get(0))
                    : new Reply.Unanswered("it has " + query.length + " tokens, which do not fit the context of "
                    + maxPositions() + " together with the reply", Usage.ONE_CALL));
        }
        return replies;
    }

    private boolean fits(int[] prompt, Query query) {
        return prompt.length + query.sampling().maxCompletionLength() <= maxPositions();
    }

    private Reply answered(int[] query, Completion completion) {
        return new Reply.Answered(rollout(completion), OptionalInt.of(query.length),
                OptionalInt.of(completion.ids().length), Usage.ONE_CALL);
    }

    /**
     * Samples of each prompt, in order.
     *
     * @param weights which weights these are, for the record
     * @throws RequestException when a prompt does not fit
     */
    public List<SampledGroup> sample(List<Prompt> prompts, int samples, SamplingSettings settings, int step,
                                     WeightsVersion weights) {
        SamplingSettings used = used(settings);
        List<Request> requests = prompts.stream().map(prompt -> new Request(encoder.encode(prompt), samples, used,
                DrawKey.rollout(step, prompt.id()))).toList();
        List<List<Completion>> completions = generator.generate(requests);
        List<SampledGroup> groups = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            groups.add(new SampledGroup(prompts.get(i), completions.get(i).stream().map(this::rollout).toList(),
                    Optional.of(new SampledGroup.Origin(requests.get(i).prompt(), weights))));
        }
        return groups;
    }

    private SamplingSettings used(SamplingSettings settings) {
        return settings.stopTokens().isEmpty() ? settings.withStopTokens(stopTokens) : settings;
    }

    /**
     * One sample of a prompt whose ids are known.
     *
     * @param key  the random key that draws it
     * @param text hears of the text piece by piece, as it is certain
     */
    public Rollout stream(int[] prompt, SamplingSettings settings, DrawKey key, Consumer<String> text) {
        TextStream pieces = new TextStream(tokenizer::decode);
        Completion completion = generator.generate(List.of(new Request(prompt, 1, used(settings), key)),
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
        return encoder.encode(text).length;
    }

    @Override
    public int maxPositions() {
        return generator.maxPositions();
    }
}
