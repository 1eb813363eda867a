package org.catrl.run;

import java.nio.file.Path;
import org.catrl.data.Example;
import org.catrl.data.Examples;
import org.catrl.data.JsonLines;
import org.catrl.data.Shuffled;
import org.catrl.data.arithmetic.Corpus;
import org.catrl.data.arithmetic.CorpusExamples;
import org.catrl.recipe.ExamplesRecipe;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.SftRecipe;

/** What supervised training learns, and for how many steps. */
record Lesson(Examples examples, int steps) {
    /** @throws org.catrl.data.DataException when the file of examples cannot be used */
    static Lesson of(SftRecipe recipe) {
        if (recipe.examples() != null) {
            return file(recipe.examples(), recipe.seed());
        }
        if (recipe.advice() != null) {
            return new Lesson(recipe.advice().examples(), recipe.advice().steps());
        }
        if (recipe.stages().isEmpty()) {
            throw new RecipeException("stages is empty and there are no examples; supervised training needs one of them");
        }
        CorpusExamples corpus = new CorpusExamples(new Corpus(recipe.corpus()), recipe.stages());
        return new Lesson(corpus, corpus.steps());
    }

    private static Lesson file(ExamplesRecipe file, long seed) {
        Shuffled<Example> all = new Shuffled<>(JsonLines.examples(Path.of(file.file())), seed);
        return new Lesson(step -> all.batch(step, file.batchSize()), file.maxSteps());
    }
}
