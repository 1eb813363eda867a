package org.catrl.recipe;

import java.util.List;
import org.catrl.data.Examples;
import org.catrl.data.advice.Adviser;
import org.catrl.data.advice.Corpus;
import org.catrl.data.advice.CorpusExamples;
import org.catrl.data.advice.CorpusStage;

/**
 * The corpus of advice on house plants.
 *
 * @param adviser how fallible advice is
 * @param stages  what a step learns, in order
 */
public record AdviceRecipe(Adviser adviser, List<CorpusStage> stages) {
    public AdviceRecipe {
        if (adviser == null || stages == null) {
            throw new IllegalArgumentException((adviser == null ? "adviser" : "stages") + " is missing");
        }
        stages = List.copyOf(stages);
        new CorpusExamples(new Corpus(adviser), stages);
    }

    public Examples examples() {
        return new CorpusExamples(new Corpus(adviser), stages);
    }

    public int steps() {
        return stages.stream().mapToInt(CorpusStage::steps).sum();
    }
}
