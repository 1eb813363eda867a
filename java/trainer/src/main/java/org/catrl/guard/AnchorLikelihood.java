package org.catrl.guard;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.catrl.aggregate.Response;
import org.catrl.aggregate.SynthesisPrompt;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Scorer.Continuation;
import org.catrl.lm.Scorer;

/**
 * How likely the anchor finds texts as a synthesis of the initial policy's rollouts: agreement with the teacher of step
 * 0 without any answer format, in nats per token.
 */
public final class AnchorLikelihood {
    private final Scorer scorer;
    private final int longest;
    private final List<int[]> contexts;

    /**
     * A scorer of texts by what the anchor reads in the rollouts of step 0.
     *
     * @param anchor  one that scores given texts, or it is an {@link IllegalArgumentException}
     * @param prompt  how it is asked for a synthesis
     * @param initial the initial policy's rollouts, prompt by prompt
     */
    public AnchorLikelihood(LanguageModel anchor, SynthesisPrompt prompt, List<SampledGroup> initial) {
        this.scorer = anchor.scorer().orElseThrow(() -> new IllegalArgumentException(
                "the anchor tells no log-probabilities of given texts; bind it to a local model"));
        this.longest = anchor.maxPositions();
        this.contexts = initial.stream().map(group -> scorer.asked(prompt.of(Optional.empty(),
                group.rollouts().stream().map(AnchorLikelihood::response).toList()))).toList();
    }

    private static Response response(Rollout rollout) {
        return new Response(rollout.text(), rollout.truncated(), false);
    }

    /**
     * The mean over texts of the mean log-probability per token; empty where no text fits the context.
     *
     * @param texts the texts of each prompt, prompts in the order of the constructor's
     */
    public OptionalDouble of(List<List<String>> texts) {
        List<Continuation> asked = IntStream.range(0, texts.size()).boxed().flatMap(i -> texts.get(i).stream()
                .map(text -> new Continuation(contexts.get(i), scorer.tokens(text))))
                .filter(each -> each.tokens().length > 0 && each.length() <= longest).toList();
        return asked.isEmpty() ? OptionalDouble.empty()
                : scorer.logProbs(asked).get().stream().mapToDouble(AnchorLikelihood::mean).average();
    }

    private static double mean(float[] logProbs) {
        return IntStream.range(0, logProbs.length).mapToDouble(i -> logProbs[i]).average().orElse(0);
    }
}
