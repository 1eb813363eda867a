package org.catrl.lm;

import java.util.List;
import java.util.Optional;

/**
 * A model whose reader wants to know what it costs: tokens read and tokens written, counted since it was made. What
 * an endpoint does not count is counted by its text.
 *
 * <pre>{@code
 * MeteredModel metered = new MeteredModel(policy.anchor());
 * aggregator(metered).teach(groups, step);
 * long tokens = metered.used().read() + metered.used().written();
 * }</pre>
 */
public final class MeteredModel implements LanguageModel {
    private final LanguageModel model;
    private long calls;
    private long read;
    private long written;

    /**
     * A count that begins at 0.
     *
     * @param model the model that answers
     */
    public MeteredModel(LanguageModel model) {
        this.model = model;
    }

    @Override
    public Pending<Reply> ask(Query query) {
        return model.ask(query).map(reply -> counted(query, reply));
    }

    private Reply counted(Query query, Reply reply) {
        calls++;
        if (reply instanceof Reply.Answered answered) {
            read += answered.read().orElseGet(() -> model.tokens(query.text()));
            written += answered.tokens().orElseGet(() -> model.tokens(answered.made().text()));
        }
        return reply;
    }

    @Override
    public Optional<Scorer> scorer() {
        return model.scorer().map(scorer -> new Scorer() {
            @Override
            public Pending<List<float[]>> logProbs(List<Continuation> continuations) {
                count(continuations);
                return scorer.logProbs(continuations);
            }

            @Override
            public Pending<List<float[]>> selfCertainty(List<Continuation> continuations) {
                count(continuations);
                return scorer.selfCertainty(continuations);
            }

            @Override
            public int[] tokens(String text) {
                return scorer.tokens(text);
            }

            @Override
            public int[] asked(String text) {
                return scorer.asked(text);
            }
        });
    }

    private void count(List<Scorer.Continuation> continuations) {
        calls += continuations.size();
        continuations.forEach(continuation -> read += continuation.length());
    }

    @Override
    public int tokens(String text) {
        return model.tokens(text);
    }

    @Override
    public int maxPositions() {
        return model.maxPositions();
    }

    /** What was read and written so far. */
    public TokenUse used() {
        return new TokenUse(calls, read, written);
    }
}
