package org.catrl.recipe;

/**
 * What is asked, how it is answered, and how that is measured. Its keys stand at the top of a recipe.
 *
 * <pre>{@code
 * data: {schema: gsm8k, train: train.jsonl, held_out: test.jsonl}
 * sampling: {temperature: 0.7, max_completion_length: 1024}
 * answer: {format: number}
 * }</pre>
 *
 * @param data      where problems come from; absent in a recipe of supervised training that measures nothing
 * @param chat      whether prompts are put into the model's chat template
 * @param sampling  how rollouts are drawn
 * @param answer    where a text's final answer stands
 * @param synthesis how the anchor is asked for references
 * @param eval      what is measured with labels
 */
public record TaskRecipe(DataSource data, ChatRecipe chat, SamplingRecipe sampling, AnswerRecipe answer,
                         SynthesisRecipe synthesis, EvalRecipe eval) {
    /**
     * Everything as it is without a recipe.
     *
     * @param data may be null
     */
    static TaskRecipe of(DataSource data) {
        return new TaskRecipe(data, ChatRecipe.DEFAULTS, SamplingRecipe.DEFAULTS, AnswerRecipe.DEFAULTS,
                SynthesisRecipe.DEFAULTS, EvalRecipe.DEFAULTS);
    }

    /** The paper's: strict answers, completions and syntheses of up to 1536 tokens. */
    static TaskRecipe catPaper(DataSource data) {
        return new TaskRecipe(data, ChatRecipe.DEFAULTS, SamplingRecipe.DEFAULTS.withMaxCompletionLength(1536),
                AnswerRecipe.STRICT, SynthesisRecipe.DEFAULTS.withMaxCompletionLength(1536), EvalRecipe.DEFAULTS);
    }
}
