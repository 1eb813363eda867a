package org.catrl.recipe;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.catrl.data.arithmetic.CorpusSettings;
import org.catrl.data.arithmetic.CorpusStage;
import org.catrl.model.TransformerSettings;
import org.catrl.train.OptimizerConfig;
import org.catrl.train.SftSettings;

/**
 * Supervised training: of the roles of a corpus from random weights, or of any model on a file of examples.
 *
 * @param name      of the run, for its folder
 * @param model     folder with the configuration and the tokenizer, and with weights where there are examples
 * @param dtype     what passes read and store
 * @param exact     on CUDA: the sampler's and the trainer's log-probabilities are equal to the bit
 * @param checkLaunches on CUDA: wait after every launch and name the kernel that failed; slow, to hunt an error
 * @param seed      of the initial weights
 * @param out       the run's folder; absent: runs/DATE-TIME-NAME
 * @param corpus    how examples are made
 * @param stages    what a step learns, in order
 * @param advice    the corpus of advice on house plants instead; absent: that of sums
 * @param examples  a file of examples instead; absent: a corpus
 * @param lora      train an adapter instead of the weights; absent: the weights
 * @param data      of the evaluation at the end; with examples and without held_out there is none
 * @param chat      likewise
 * @param sampling  likewise
 * @param synthesis likewise, and the form of the synthesiser's prompts
 */
public record SftRecipe(String name, String model, BackendName backend, int threads, StorageName dtype, boolean exact,
                 boolean checkLaunches, long seed, String out, CorpusSettings corpus, List<CorpusStage> stages,
                 AdviceRecipe advice, ExamplesRecipe examples, LoraRecipe lora, int microBatchTokens, OptimizerConfig optimizer,
                 DataRecipe data, ChatRecipe chat, SamplingRecipe sampling, SynthesisRecipe synthesis, AnswerRecipe answer,
                 EvalRecipe eval) implements MeasuredRecipe {
    public static final SftRecipe DEFAULTS = new SftRecipe("sft", ".", BackendName.AUTO, 0, StorageName.FLOAT32,
            false, false, 42, null,
            new CorpusSettings(0, 0, 0, 0, 0), List.of(), null, null, null, 0, OptimizerConfig.trlDefaults(),
            DataRecipe.DEFAULTS, ChatRecipe.DEFAULTS, SamplingRecipe.DEFAULTS, SynthesisRecipe.DEFAULTS,
            AnswerRecipe.DEFAULTS, EvalRecipe.DEFAULTS);

    public SftRecipe {
        stages = List.copyOf(stages);
        if (Stream.of(!stages.isEmpty(), advice != null, examples != null).filter(given -> given).count() > 1) {
            throw new IllegalArgumentException("stages, advice and examples are three sources of examples; leave out all but "
                    + "one");
        }
        if (examples == null && lora != null) {
            throw new IllegalArgumentException("lora goes with examples: random weights are trained whole");
        }
    }

    /** Whether the model starts from random weights, and learns a corpus. */
    public boolean learnsCorpus() {
        return examples == null;
    }

    /** Whether the model's end token is put behind every completion; sums end in a token of their own. */
    public boolean appendEos() {
        return learnsCorpus() ? advice != null : examples.appendEos();
    }

    /** Whether the end holds an evaluation: of the corpus' own task, or on problems that the recipe names. */
    public boolean measures() {
        return learnsCorpus() || data.heldOut() != null;
    }

    /** How it is learned. @param steps of the run */
    public SftSettings sftSettings(int steps) {
        return new SftSettings(optimizer, steps, microBatchTokens, TransformerSettings.DEFAULT, dtype.type(),
                Optional.ofNullable(lora).map(LoraRecipe::toSettings), appendEos());
    }

    @Override
    public int numGenerations() {
        return eval.samples();
    }
}
