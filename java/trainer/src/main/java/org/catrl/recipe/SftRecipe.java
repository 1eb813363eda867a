package org.catrl.recipe;

import java.io.IOException;
import java.util.Optional;
import org.catrl.lm.ChatSettings;
import org.catrl.model.TransformerSettings;
import org.catrl.setting.Inline;
import org.catrl.setting.SettingException;
import org.catrl.train.OptimizerConfig;
import org.catrl.train.SftSettings;

/**
 * Supervised training: of the roles of a corpus from random weights, or of any model on a file of examples. Where it
 * has data, and examples only with held_out in it, the end is an evaluation.
 *
 * <pre>{@code
 * model: Qwen3-4B
 * examples: {file: examples.jsonl, batch_size: 16, max_steps: 200}
 * lora: {r: 16, lora_alpha: 32}
 * optimizer: {learning_rate: 1e-4}
 * }</pre>
 *
 * @param run              its name, model and place
 * @param task             what the evaluation at the end asks, answers and measures
 * @param lesson           what is learned
 * @param lora             train an adapter instead of the weights; absent: the weights
 * @param microBatchTokens most token rows of one pass; 0 = no limit; changes no bit
 * @param optimizer        AdamW and its schedule
 * @param save             when it saves a checkpoint
 */
public record SftRecipe(@Inline RunRecipe run, @Inline TaskRecipe task, @Inline LessonRecipe lesson, LoraRecipe lora,
                        int microBatchTokens, OptimizerConfig optimizer, @Inline SaveRecipe save) implements Recipe {
    static final SftRecipe DEFAULTS = new SftRecipe(RunRecipe.of("sft", StorageName.FLOAT32), TaskRecipe.of(null),
            LessonRecipe.NONE, null, 0, OptimizerConfig.trlDefaults(), SaveRecipe.DEFAULTS);

    public SftRecipe {
        if (lora != null && lesson.isCorpus()) {
            throw new SettingException("lora", "lora goes with examples: random weights are trained whole");
        }
    }

    @Override
    public SftRecipe keyed() {
        return new SftRecipe(run.keyed(), task, lesson, lora, microBatchTokens, optimizer, save);
    }

    /** Whether the end holds an evaluation: of the corpus' own task, or on problems that the recipe names. */
    public boolean isMeasured() {
        return task.data() != null && (lesson.isCorpus() || task.data().hasHeldOutFile());
    }

    /**
     * How it is learned.
     *
     * @param steps optimizer steps of the run
     * @throws IOException when the model's chat template cannot be read
     */
    public SftSettings sftSettings(int steps) throws IOException {
        return new SftSettings(optimizer, steps, microBatchTokens, TransformerSettings.DEFAULT, run.dtype().type(),
                Optional.ofNullable(lora).map(LoraRecipe::toSettings), chat(), lesson.appendEos());
    }

    /**
     * How the prompts of examples are put into the model's chat template; a corpus is learned as it is.
     *
     * @throws IOException when the template cannot be read
     */
    public Optional<ChatSettings> chat() throws IOException {
        return lesson.isCorpus() ? Optional.empty() : task.chat().settings(run.model());
    }

    @Override
    public int numGenerations() {
        return task.eval().samples();
    }
}
