package org.catrl.aggregate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.catrl.data.RandomStream;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.SampledGroup;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Pending;
import org.catrl.lm.Scorer.Continuation;
import org.catrl.lm.Scorer;
import org.catrl.lm.ShownText;
import org.catrl.text.AnswerFormat;

/**
 * The rollout that the others predict best: highest mean log-probability per token when it is read last, after all
 * others in an order drawn from the seed. Where the others do not fit the context, each keeps the same number of its
 * last characters.
 */
public final class MutualPredictability implements Aggregator {
    private static final String SOURCE = "mutual_predictability";

    /**
     * How rollouts are written one after the other.
     *
     * @param prefix    before the first
     * @param separator between two, and before the one that is scored
     */
    public record Transcript(String prefix, String separator) {
        /** The form for models that follow instructions. */
        public static final Transcript GENERAL = new Transcript("## RESPONSE\n", "\n\n## RESPONSE\n");

        /** The transcript of some rollouts, in which none of them can begin another one. */
        String of(List<Response> others) {
            return others.isEmpty() ? prefix : others.stream()
                    .map(other -> ShownText.harmless(ShownText.without(other.text(), separator)))
                    .collect(Collectors.joining(separator, prefix, separator));
        }
    }

    private final LanguageModel model;
    private final Scorer scorer;
    private final Transcript transcript;
    private final AnswerFormat format;
    private final long seed;

    /**
     * A choice of the rollout that the others predict best.
     *
     * @param model      the model that reads the rollouts; one that scores given texts, or it is an
     *                   {@link IllegalArgumentException}
     * @param transcript how rollouts stand one after the other
     * @param format     how answers are read; a rollout without one is not chosen
     * @param seed       the seed of the order in which the others are read
     */
    public MutualPredictability(LanguageModel model, Transcript transcript, AnswerFormat format, long seed) {
        this.model = model;
        this.scorer = model.scorer().orElseThrow(() -> new IllegalArgumentException(
                "mutual_predictability wants log-probabilities of given texts; bind it to a local model"));
        this.transcript = transcript;
        this.format = format;
        this.seed = seed;
    }

    @Override
    public Pending<PseudoReference> estimate(SampledGroup group, int step) {
        List<Continuation> continuations = IntStream.range(0, group.rollouts().size())
                .mapToObj(last -> new Continuation(scorer.tokens(evidence(group, last, step)),
                        group.rollouts().get(last).completion().ids())).toList();
        return scorer.logProbs(continuations).map(logProbs -> Selection.highest(group,
                logProbs.stream().map(Selection::mean).toList(), SOURCE, format));
    }

    private String evidence(SampledGroup group, int last, int step) {
        List<Response> others = new ArrayList<>();
        for (int rollout = 0; rollout < group.rollouts().size(); rollout++) {
            if (rollout != last) {
                others.add(Response.of(group.rollouts().get(rollout)));
            }
        }
        SplittableRandom random = RandomStream.PREDICTION_ORDER.random(seed, step, group.prompt().id(), last);
        for (int i = others.size() - 1; i > 0; i--) {
            Collections.swap(others, i, random.nextInt(i + 1));
        }
        int completion = group.rollouts().get(last).completion().ids().length;
        ContextFit fit = new ContextFit(model, (question, responses) -> transcript.of(responses), completion);
        return transcript.of(fit.fits(Optional.empty(), others) ? others
                : fit.tails(Optional.empty(), others).orElse(List.of()));
    }
}
