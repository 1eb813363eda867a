package org.catrl.run;

import java.util.List;
import org.catrl.data.Example;
import org.catrl.data.Examples;
import org.catrl.data.JsonLines;
import org.catrl.data.Shuffled;
import org.catrl.data.arithmetic.Corpus;
import org.catrl.data.arithmetic.CorpusExamples;
import org.catrl.recipe.ExamplesRecipe;
import org.catrl.recipe.SftRecipe;

/**
 * What supervised training learns, and for how many steps.
 *
 * @param examples those of each step
 * @param steps    how many
 * @param file     all there are, where they come from a file
 */
record Lesson(Examples examples, int steps, List<Example> file) {
    /**
     * The lesson of a recipe.
     *
     * @throws org.catrl.data.DataException when the file of examples cannot be used
     */
    static Lesson of(SftRecipe recipe) {
        if (recipe.lesson().examples() != null) {
            return file(recipe.lesson().examples(), recipe.run().seed());
        }
        if (recipe.lesson().advice() != null) {
            return new Lesson(recipe.lesson().advice().examples(), recipe.lesson().advice().steps(), List.of());
        }
        CorpusExamples corpus = new CorpusExamples(new Corpus(recipe.lesson().corpus()), recipe.lesson().stages());
        return new Lesson(corpus, corpus.steps(), List.of());
    }

    private static Lesson file(ExamplesRecipe file, long seed) {
        List<Example> all = JsonLines.examples(file.file());
        Shuffled<Example> order = new Shuffled<>(all, seed);
        return new Lesson(step -> order.batch(step, file.batchSize()), file.maxSteps(), all);
    }
}
