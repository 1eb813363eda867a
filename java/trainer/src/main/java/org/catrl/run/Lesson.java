package org.catrl.run;

import org.catrl.data.Example;
import org.catrl.data.Examples;
import org.catrl.data.JsonLines;
import org.catrl.data.Shuffled;
import org.catrl.data.arithmetic.Corpus;
import org.catrl.data.arithmetic.CorpusExamples;
import org.catrl.recipe.ExamplesRecipe;
import org.catrl.recipe.SftRecipe;

/** What supervised training learns, and for how many steps. */
record Lesson(Examples examples, int steps) {
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
            return new Lesson(recipe.lesson().advice().examples(), recipe.lesson().advice().steps());
        }
        CorpusExamples corpus = new CorpusExamples(new Corpus(recipe.lesson().corpus()), recipe.lesson().stages());
        return new Lesson(corpus, corpus.steps());
    }

    private static Lesson file(ExamplesRecipe file, long seed) {
        Shuffled<Example> all = new Shuffled<>(JsonLines.examples(file.file()), seed);
        return new Lesson(step -> all.batch(step, file.batchSize()), file.maxSteps());
    }
}
