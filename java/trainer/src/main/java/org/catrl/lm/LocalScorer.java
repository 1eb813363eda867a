package org.catrl.lm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.catrl.text.Tokenizer;

/** Scores by a model in this process; what waits is scored in one call. */
final class LocalScorer implements Scorer {
    private final Tokenizer tokenizer;
    private final PromptEncoder encoder;
    private final Batcher<List<Continuation>, List<float[]>> logProbs;
    private final Batcher<List<Continuation>, List<float[]>> certainties;

    LocalScorer(Tokenizer tokenizer, PromptEncoder encoder, LocalLanguageModel.TokenScorer scorer) {
        this.tokenizer = tokenizer;
        this.encoder = encoder;
        this.logProbs = new Batcher<>(batch -> scored(batch, scorer::logProbs));
        this.certainties = new Batcher<>(batch -> scored(batch, scorer::selfCertainty));
    }

    private static List<List<float[]>> scored(List<List<Continuation>> batch,
                                              Function<List<Continuation>, List<float[]>> scorer) {
        List<float[]> scores = scorer.apply(batch.stream().flatMap(List::stream).toList());
        List<List<float[]>> answers = new ArrayList<>();
        int from = 0;
        for (List<Continuation> continuations : batch) {
            answers.add(scores.subList(from, from + continuations.size()));
            from += continuations.size();
        }
        return answers;
    }

    @Override
    public Pending<List<float[]>> logProbs(List<Continuation> continuations) {
        return logProbs.submit(continuations);
    }

    @Override
    public Pending<List<float[]>> selfCertainty(List<Continuation> continuations) {
        return certainties.submit(continuations);
    }

    @Override
    public int[] tokens(String text) {
        return tokenizer.encode(text);
    }

    @Override
    public int[] asked(String text) {
        return encoder.encode(text);
    }
}
