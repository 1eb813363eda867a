package org.catrl.run;

import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.catrl.aggregate.Aggregator;
import org.catrl.aggregate.AggregatorProvider;
import org.catrl.aggregate.Fallback;
import org.catrl.aggregate.JudgeSelection;
import org.catrl.aggregate.MajorityVote;
import org.catrl.aggregate.MinimumPerplexity;
import org.catrl.aggregate.MutualPredictability.Transcript;
import org.catrl.aggregate.MutualPredictability;
import org.catrl.aggregate.RecursiveSynthesis;
import org.catrl.aggregate.SelfCertainty;
import org.catrl.aggregate.SelfSelection;
import org.catrl.aggregate.SingleSample;
import org.catrl.aggregate.Synthesis;
import org.catrl.evaluate.GoldAggregator;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.FenceMark;
import org.catrl.lm.LanguageModel;
import org.catrl.recipe.AggregationRecipe;
import org.catrl.recipe.AggregatorName;
import org.catrl.recipe.Recipe;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.SynthesisRecipe;
import org.catrl.text.AnswerFormat;

/** Makes the aggregators that recipes ask for by name. */
final class AggregatorFactory {
    private static final SamplingSettings SHORT = SamplingSettings.of(0, 16, List.of());

    private final SynthesisRecipe synthesis;
    private final AnswerFormat format;
    private final long seed;
    private final FenceMark marks;

    AggregatorFactory(Recipe recipe) {
        this.synthesis = recipe.task().synthesis();
        this.seed = recipe.run().seed();
        this.marks = recipe.run().fenceMark();
        this.format = recipe.task().answer().toFormat();
    }

    /** The format that answers are read and compared by. */
    AnswerFormat format() {
        return format;
    }

    /**
     * The aggregator of a name: any but {@link AggregatorName#LABELS} and {@link AggregatorName#CUSTOM}.
     *
     * @param anchor the model that it asks: of JUDGE_SELECTION, the judge
     */
    Aggregator of(AggregatorName name, LanguageModel anchor) {
        return switch (name) {
            case SYNTHESIS -> synthesis(anchor);
            case MAJORITY -> new MajorityVote(format);
            case FALLBACK -> new Fallback(synthesis(anchor), new MajorityVote(format));
            case RECURSIVE_SYNTHESIS -> new RecursiveSynthesis(anchor, synthesis.prompt(), format,
                    synthesis.toSettings(seed), synthesis.recursion().rounds(), synthesis.recursion().subset());
            case SINGLE_SAMPLE -> new SingleSample(format);
            case SELF_SELECTION -> new SelfSelection(anchor, format, SHORT);
            case JUDGE_SELECTION -> new JudgeSelection(anchor, format, SHORT, marks);
            case MIN_PERPLEXITY -> new MinimumPerplexity(format);
            case MUTUAL_PREDICTABILITY -> new MutualPredictability(anchor, transcript(), format, seed);
            case SELF_CERTAINTY -> new SelfCertainty(anchor, format);
            case CUSTOM, LABELS -> throw new IllegalArgumentException(name + " is made elsewhere");
        };
    }

    /** The recipe's aggregator with draws of its own, for a guard's probe; synthesis in place of gold. */
    Aggregator ofProbe(AggregationRecipe settings, ModelRoles roles) {
        return switch (settings.aggregator()) {
            case LABELS -> of(AggregatorName.SYNTHESIS, roles.probed());
            case CUSTOM -> custom(settings.aggregatorName(), roles.probed());
            case JUDGE_SELECTION -> of(settings.aggregator(), roles.judge());
            default -> of(settings.aggregator(), roles.probed());
        };
    }

    /** The aggregator of a training: any. */
    Aggregator ofRecipe(AggregationRecipe aggregation, Task task, ModelRoles roles) {
        return aggregation.aggregator() == AggregatorName.LABELS ? new GoldAggregator(task.labels())
                : withoutLabels(aggregation, roles);
    }

    /** The aggregator of a recipe, any but {@link AggregatorName#LABELS}. */
    Aggregator withoutLabels(AggregationRecipe aggregation, ModelRoles roles) {
        AggregatorName name = aggregation.aggregator();
        return name == AggregatorName.CUSTOM ? custom(aggregation.aggregatorName(), roles.anchor())
                : of(name, roles.askedBy(name));
    }

    private Synthesis synthesis(LanguageModel anchor) {
        return new Synthesis(anchor, synthesis.prompt(), format, synthesis.toSettings(seed));
    }

    private Transcript transcript() {
        return synthesis.template() == null ? Transcript.GENERAL
                : new Transcript(synthesis.template().prefix(), synthesis.template().separator());
    }

    /** A user's own aggregator, by the name that its provider goes by. */
    Aggregator custom(String name, LanguageModel anchor) {
        List<AggregatorProvider> found = StreamSupport.stream(
                ServiceLoader.load(AggregatorProvider.class).spliterator(), false).toList();
        AggregatorProvider named = found.stream().filter(provider -> provider.name().equals(name)).findFirst()
                .orElseThrow(() -> new RecipeException("aggregator_name is \"" + name + "\"; on the class path there "
                        + "are " + (found.isEmpty() ? "none" : found.stream().map(AggregatorProvider::name)
                        .collect(Collectors.joining(", ")))));
        return new CustomAggregator(name, named.create(anchor, format, seed));
    }
}
