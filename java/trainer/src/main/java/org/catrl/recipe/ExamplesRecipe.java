package org.catrl.recipe;

/**
 * Supervised examples from a file.
 *
 * @param file      one JSON object a line, with a prompt and a completion
 * @param batchSize examples a step
 * @param maxSteps  optimizer steps; the file is walked epoch after epoch, each in its own order
 * @param appendEos every completion is followed by the model's end token; absent: yes
 */
public record ExamplesRecipe(String file, int batchSize, int maxSteps, Boolean appendEos) {
    public ExamplesRecipe {
        atLeastOne("batch_size", batchSize);
        atLeastOne("max_steps", maxSteps);
        if (file == null) {
            throw new IllegalArgumentException("file is missing");
        }
        appendEos = appendEos == null || appendEos;
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be 1 or more");
        }
    }
}
