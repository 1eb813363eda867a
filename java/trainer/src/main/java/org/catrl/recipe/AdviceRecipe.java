package org.catrl.recipe;

import java.util.List;
import org.catrl.data.Examples;
import org.catrl.data.advice.Adviser;
import org.catrl.data.advice.Corpus;
import org.catrl.data.advice.CorpusExamples;
import org.catrl.data.advice.CorpusStage;
import org.catrl.setting.SettingException;

/**
 * The corpus of advice on house plants.
 *
 * <pre>{@code
 * advice:
 *   adviser: {seed: 7, drop: 0.4, extra: 0.15, slip: 0.1, misconception_share: 0.25, misconception_rate: 0.65}
 *   stages:
 *     - {steps: 9, advise: 8, merge: 8, rubric: 0, question_rubric: 0, judge: 0, compare: 0, fewest: 1, most: 2}
 * }</pre>
 *
 * @param adviser how fallible advice is
 * @param stages  what a step learns, in order
 */
public record AdviceRecipe(Adviser adviser, List<CorpusStage> stages) {
    public AdviceRecipe {
        if (adviser == null || stages == null) {
            throw SettingException.missing(adviser == null ? "adviser" : "stages", "advice needs both");
        }
        stages = List.copyOf(stages);
        new CorpusExamples(new Corpus(adviser), stages);
    }

    /** The examples themselves. */
    public Examples examples() {
        return new CorpusExamples(new Corpus(adviser), stages);
    }

    /** Steps of all stages together. */
    public int steps() {
        return stages.stream().mapToInt(CorpusStage::steps).sum();
    }
}
