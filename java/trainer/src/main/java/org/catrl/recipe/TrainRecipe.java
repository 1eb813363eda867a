package org.catrl.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.catrl.lm.ChatSettings;
import org.catrl.lm.ModelSettings;
import org.catrl.model.TransformerSettings;
import org.catrl.train.GrpoConfig;
import org.catrl.train.OptimizerConfig;
import org.catrl.train.PolicySettings;
import org.catrl.train.TrainerSettings;

/**
 * A run of Compute as Teacher. Relative paths start from the recipe's own folder, but {@code out} from where the
 * command is run.
 *
 * @param preset         whose settings hold where the recipe is silent
 * @param name           of the run, for its folder
 * @param model          folder of the initial policy, which stays frozen as the anchor
 * @param threads        of the backend; 0 = as many as the machine has
 * @param dtype          what passes read and store
 * @param exact          on CUDA: the sampler's and the trainer's log-probabilities are equal to the bit, at some speed
 * @param checkLaunches  on CUDA: wait after every launch and name the kernel that failed; slow, to hunt an error
 * @param seed           of everything drawn in the run
 * @param out            the run's folder; absent: runs/DATE-TIME-NAME
 * @param maxSteps       updates
 * @param promptsPerStep P, prompts a step
 * @param recompute      activations are computed again in the backward pass: less memory, more time, the same bits
 * @param saveSteps      steps between two checkpoints; 0 = none but the model at the end
 * @param saveTotalLimit how many checkpoints are kept, the newest; 0 = all
 * @param chat           whether prompts are put into the model's chat template
 * @param lora           train an adapter instead of the weights; absent: the weights
 * @param aggregator     who estimates the references
 * @param aggregatorName of a user's own aggregator, for {@code aggregator: custom}
 * @param numVotes       rollouts that the aggregator sees; the update learns from the first num_generations of them;
 *                       0 = num_generations
 * @param rewards        what a rollout is worth: their weighted sum
 * @param roles          who plays which role beside the policy
 * @param rubric         for {@code kind: rubric}
 * @param judge          for {@code kind: rubric} and {@code kind: judge}
 * @param allowGold      training may read gold: for {@code kind: given_rubric}, a control experiment
 */
public record TrainRecipe(Preset preset, String name, String model, BackendName backend, int threads, StorageName dtype,
                   boolean exact, boolean checkLaunches, long seed, String out, int maxSteps, int promptsPerStep,
                   boolean recompute, int saveSteps, int saveTotalLimit, DataRecipe data, ChatRecipe chat,
                   SamplingRecipe sampling, GrpoConfig grpo, OptimizerConfig optimizer, LoraRecipe lora,
                   AggregatorName aggregator, String aggregatorName, int numVotes, SynthesisRecipe synthesis,
                   List<RewardRecipe> rewards, RolesRecipe roles, RubricRecipe rubric, JudgeRecipe judge,
                   boolean allowGold, AnswerRecipe answer, EvalRecipe eval) implements MeasuredRecipe {
    public static final TrainRecipe DEFAULTS = new TrainRecipe(Preset.TRL_DEFAULTS, "train", ".", BackendName.AUTO, 0,
            StorageName.FLOAT32, false, false, 42, null, 100, 16, false, 0, 0,
            DataRecipe.DEFAULTS, ChatRecipe.DEFAULTS, SamplingRecipe.DEFAULTS, GrpoConfig.trlDefaults(),
            OptimizerConfig.trlDefaults(), null,
            AggregatorName.SYNTHESIS, null, 0, SynthesisRecipe.DEFAULTS,
            List.of(RewardRecipe.of(RewardRecipe.Kind.ANSWER)), RolesRecipe.DEFAULTS, RubricRecipe.DEFAULTS,
            JudgeRecipe.DEFAULTS, false, AnswerRecipe.DEFAULTS, EvalRecipe.DEFAULTS);

    /** Of the paper; sampling is by model, and the batch is its 256, taken as prompts. */
    private static final TrainRecipe CAT_PAPER = new TrainRecipe(Preset.CAT_PAPER, "cat", ".", BackendName.AUTO, 0,
            StorageName.BFLOAT16, false, false, 42, null, 1000, 256, false, 50, 3,
            DataRecipe.DEFAULTS, ChatRecipe.DEFAULTS, SamplingRecipe.DEFAULTS.withMaxCompletionLength(1536),
            GrpoConfig.catPaper(), OptimizerConfig.catPaper(), null, AggregatorName.SYNTHESIS, null, 0,
            SynthesisRecipe.DEFAULTS.withMaxCompletionLength(1536), List.of(RewardRecipe.of(RewardRecipe.Kind.ANSWER)),
            RolesRecipe.DEFAULTS, RubricRecipe.DEFAULTS, JudgeRecipe.DEFAULTS, false, AnswerRecipe.STRICT, EvalRecipe.DEFAULTS);

    public TrainRecipe {
        atLeast("threads", threads, 0);
        atLeast("max_steps", maxSteps, 1);
        atLeast("prompts_per_step", promptsPerStep, 1);
        atLeast("save_steps", saveSteps, 0);
        atLeast("save_total_limit", saveTotalLimit, 0);
        grpo.checkPrompts(promptsPerStep);
        rewards = List.copyOf(rewards);
        if (rewards.isEmpty()) {
            throw new IllegalArgumentException("rewards is empty; there must be at least one");
        }
        boolean gold = rewards.stream().anyMatch(one -> one.kind() == RewardRecipe.Kind.GIVEN_RUBRIC);
        if (gold != allowGold) {
            throw new IllegalArgumentException("allow_gold is " + allowGold + "; it must be " + gold + ": only {kind: "
                    + "given_rubric} lets training read gold");
        }
        if ((aggregator == AggregatorName.CUSTOM) != (aggregatorName != null)) {
            throw new IllegalArgumentException("aggregator_name is " + aggregatorName + "; it goes with aggregator: "
                    + "custom, and only with it");
        }
        if (numVotes != 0 && numVotes < grpo.numGenerations()) {
            throw new IllegalArgumentException("num_votes is " + numVotes + "; it must be 0 (num_generations) or at "
                    + "least num_generations, " + grpo.numGenerations());
        }
    }

    @Override
    public int numGenerations() {
        return Math.max(numVotes, grpo.numGenerations());
    }

    /** The settings that the recipe's preset starts from. */
    public TrainRecipe presetDefaults() {
        return preset == Preset.CAT_PAPER ? CAT_PAPER : DEFAULTS;
    }

    /** What the policy needs to know of a run. */
    public PolicySettings policySettings() throws IOException {
        return policySettings(chat.settings(Path.of(model)));
    }

    /** Likewise where prompts are not read. */
    public PolicySettings plannedSettings() {
        return policySettings(Optional.empty());
    }

    private PolicySettings policySettings(Optional<ChatSettings> prompts) {
        return new PolicySettings(new ModelSettings(seed, sampling.maxBatchRows(), (long) sampling.cacheMb() << 20,
                new TransformerSettings(recompute, TransformerSettings.DEFAULT.logitBytes()), dtype.type(),
                Optional.ofNullable(lora).map(LoraRecipe::toSettings), prompts), optimizer,
                maxSteps * grpo.numIterations() * grpo.miniBatches());
    }

    public TrainerSettings trainerSettings() {
        return new TrainerSettings(promptsPerStep, numGenerations(), sampling.toSettings(), grpo);
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be " + least + " or more");
        }
    }
}
