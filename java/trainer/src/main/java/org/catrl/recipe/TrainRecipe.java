package org.catrl.recipe;

import static org.catrl.setting.SettingException.require;

import java.io.IOException;
import java.util.Optional;
import org.catrl.lm.ChatSettings;
import org.catrl.lm.ModelSettings;
import org.catrl.setting.Inline;
import org.catrl.setting.SettingException;
import org.catrl.train.LearningRateSchedule;
import org.catrl.train.PolicySettings;
import org.catrl.train.TrainerSettings;

/**
 * A run of Compute as Teacher. Relative paths start from the recipe's own folder, but {@code out} from where the
 * program runs.
 *
 * <pre>{@code
 * model: Qwen3-4B
 * data: {schema: gsm8k, train: train.jsonl}
 * max_steps: 100
 * grpo: {num_generations: 8}
 * }</pre>
 *
 * @param preset      the preset whose settings hold where the recipe is silent
 * @param run         its name, model and place
 * @param task        what is asked, answered and measured; with data
 * @param schedule    how long
 * @param update      how the policy learns
 * @param aggregation who estimates the references
 * @param reward      what a rollout is worth
 * @param roles       who plays which role beside the policy
 * @param output      what it writes down
 * @param guard       how the run is watched without labels
 */
public record TrainRecipe(Preset preset, @Inline RunRecipe run, @Inline TaskRecipe task,
                          @Inline ScheduleRecipe schedule, @Inline UpdateRecipe update,
                          @Inline AggregationRecipe aggregation, @Inline RewardsRecipe reward, RolesRecipe roles,
                          @Inline OutputRecipe output, @Inline GuardRecipe guard) implements Recipe {
    public TrainRecipe {
        if (task.data() == null) {
            throw SettingException.missing("data", "say what to train on, e.g. data: {train: prompts.jsonl}");
        }
        int generations = update.grpo().numGenerations();
        require(aggregation.numVotes() == 0 || aggregation.numVotes() >= generations, "num_votes",
                aggregation.numVotes(), "0 (num_generations) or at least num_generations, " + generations);
        trainerSettings(task, schedule, update, aggregation);
    }

    @Override
    public TrainRecipe keyed() {
        return new TrainRecipe(preset, run.keyed(), task, schedule, update, aggregation, reward, roles, output,
                guard);
    }

    @Override
    public int numGenerations() {
        return votes(update, aggregation);
    }

    /**
     * What the policy needs to know of a run.
     *
     * @throws IOException when the model's chat template cannot be read
     */
    public PolicySettings policySettings() throws IOException {
        return policySettings(task.chat().settings(run.model()));
    }

    /** The same for a plan, which reads no prompt and needs no template. */
    public PolicySettings plannedSettings() {
        return policySettings(Optional.empty());
    }

    private PolicySettings policySettings(Optional<ChatSettings> chat) {
        HostingRecipe hosting = task.sampling().hosting();
        return new PolicySettings(new ModelSettings(run.seed(), hosting.maxBatchRows(), hosting.cacheBytes(),
                update.transformer(), run.dtype().type(), update.adapter(), chat), update.optimizer(),
                optimizerSteps());
    }

    /**
     * A check of what an evaluation by this recipe may be and a training may not.
     *
     * @throws SettingException when rollouts would all be the same, or the warm-up is longer than the run
     */
    public void requireTrainable() {
        require(task.sampling().temperature() > 0, "sampling.temperature", task.sampling().temperature(),
                "above 0 in training: greedy rollouts of a prompt are all the same");
        new LearningRateSchedule(update.optimizer(), optimizerSteps());
    }

    private int optimizerSteps() {
        return schedule.maxSteps() * update.grpo().passes().numIterations() * update.grpo().passes().miniBatches();
    }

    /** What a step does. */
    public TrainerSettings trainerSettings() {
        return trainerSettings(task, schedule, update, aggregation);
    }

    private static TrainerSettings trainerSettings(TaskRecipe task, ScheduleRecipe schedule, UpdateRecipe update,
                                                   AggregationRecipe aggregation) {
        return new TrainerSettings(schedule.promptsPerStep(), votes(update, aggregation), task.sampling().toSettings(),
                update.grpo());
    }

    private static int votes(UpdateRecipe update, AggregationRecipe aggregation) {
        return Math.max(aggregation.numVotes(), update.grpo().numGenerations());
    }
}
