package org.catrl.reward;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.catrl.flow.Evidence;
import org.catrl.flow.Reward;
import org.catrl.flow.Rollout;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Pending;
import org.catrl.lm.Scorer.Continuation;
import org.catrl.lm.Scorer;

/**
 * How well a rollout prepares the reader for the reference: the reference's mean log-probability per token when it is
 * read after the prompt and the rollout. No verdict where the three do not fit the context.
 */
public final class ReferenceLikelihood implements RewardDeriver {
    private final LanguageModel model;
    private final Scorer scorer;
    private final String separator;

    /**
     * A reward by the likelihood of the reference.
     *
     * @param model     one that scores given texts, or it is an {@link IllegalArgumentException}, and reads the same
     *                  tokens as the policy
     * @param separator what stands between rollout and reference
     */
    public ReferenceLikelihood(LanguageModel model, String separator) {
        this.model = model;
        this.scorer = model.scorer().orElseThrow(() -> new IllegalArgumentException(
                "reference_likelihood wants log-probabilities of given texts; bind it to a local model"));
        this.separator = separator;
    }

    @Override
    public String name() {
        return "reference_likelihood";
    }

    @Override
    public Pending<ScoredGroup> score(TaughtGroup taught, int step) {
        int[] reference = scorer.tokens(taught.reference().text());
        int[] prompt = taught.group().promptIds();
        List<Continuation> all = taught.group().rollouts().stream()
                .map(rollout -> new Continuation(context(prompt, rollout), reference)).toList();
        List<Continuation> fitting = all.stream().filter(this::fits).toList();
        return (fitting.isEmpty() ? Pending.of(List.<float[]>of()) : scorer.logProbs(fitting))
                .map(scored -> new ScoredGroup(taught, rewards(all, scored.iterator())));
    }

    private List<Reward> rewards(List<Continuation> all, Iterator<float[]> scored) {
        return all.stream().map(continuation -> fits(continuation) ? reward(scored.next())
                : Reward.noVerdict("prompt, rollout and reference do not fit the context")).toList();
    }

    private boolean fits(Continuation continuation) {
        return continuation.tokens().length > 0 && continuation.length() <= model.maxPositions();
    }

    /** The prompt as it was asked, the rollout without its end, the separator. */
    private int[] context(int[] prompt, Rollout rollout) {
        return IntStream.concat(Arrays.stream(prompt), IntStream.concat(Arrays.stream(scorer.tokens(rollout.text())),
                Arrays.stream(scorer.tokens(separator)))).toArray();
    }

    private static Reward reward(float[] logProbs) {
        double mean = IntStream.range(0, logProbs.length).mapToDouble(i -> logProbs[i]).average().orElse(0);
        return Reward.of(mean, new Evidence.Measure("mean log-probability of the reference", mean));
    }
}
