package org.catrl.reward;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.catrl.flow.PseudoReference;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.generate.Completion;
import org.catrl.generate.Finish;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Scorer;

/**
 * How well a rollout prepares the reader for the reference: the reference's mean log-probability per token when it is
 * read after the prompt and the rollout. No verdict where the three do not fit the context.
 */
public final class ReferenceLikelihood implements RewardDeriver {
    private final LanguageModel model;
    private final Scorer scorer;
    private final String separator;

    /** @param separator between rollout and reference */
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
    public List<List<Reward>> score(List<SampledGroup> groups, List<PseudoReference> references, int step) {
        return IntStream.range(0, groups.size()).mapToObj(at -> score(groups.get(at), references.get(at).text())).toList();
    }

    private List<Reward> score(SampledGroup group, String reference) {
        Completion target = new Completion(scorer.tokens(reference), new float[0], Finish.STOP_TOKEN);
        int[] asked = scorer.asked(group.prompt());
        List<Scorer.Continuation> all = group.rollouts().stream()
                .map(rollout -> new Scorer.Continuation(context(asked, rollout), target)).toList();
        List<Scorer.Continuation> fitting = all.stream().filter(this::fits).toList();
        var scored = (fitting.isEmpty() ? List.<float[]>of() : scorer.logProbs(fitting)).iterator();
        return all.stream().map(one -> fits(one) ? reward(scored.next())
                : Reward.noVerdict("prompt, rollout and reference do not fit the context")).toList();
    }

    private boolean fits(Scorer.Continuation one) {
        return one.completion().ids().length > 0 && one.length() <= model.maxPositions();
    }

    /** The prompt as it was asked, the rollout without its end, the separator. */
    private int[] context(int[] asked, Rollout rollout) {
        return IntStream.concat(Arrays.stream(asked), IntStream.concat(Arrays.stream(scorer.tokens(rollout.text())),
                Arrays.stream(scorer.tokens(separator)))).toArray();
    }

    private static Reward reward(float[] logProbs) {
        double mean = IntStream.range(0, logProbs.length).mapToDouble(i -> logProbs[i]).average().orElse(0);
        return Reward.of(mean, "mean log-probability of the reference " + mean);
    }
}
