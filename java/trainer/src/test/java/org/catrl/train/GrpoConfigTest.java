package org.catrl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.catrl.compute.GrpoParameters;
import org.catrl.compute.KlEstimator;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.RecipeFile;
import org.catrl.recipe.RecipeYaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrpoConfigTest {
    @TempDir
    Path folder;

    @Test
    void everySettingHasTheNameItHasInTrl() throws IOException {
        GrpoConfig config = read("""
                num_generations: 4
                num_iterations: 2
                mini_batches: 2
                micro_batch_tokens: 4096
                epsilon: 0.1
                epsilon_high: 0.28
                delta: 4.0
                beta: 0.04
                kl_placement: reward
                kl_estimator: k1
                importance_sampling_level: sequence
                scale_rewards: batch
                advantage_epsilon: 1.0e-6
                loss_type: dr_grpo
                mask_truncated_completions: true
                zero_spread_policy: skip
                no_verdict_policy: zero
                """);
        assertEquals(new GrpoConfig(4, new GrpoConfig.Passes(2, 2, 4096), new GrpoConfig.Clip(0.1, 0.28, 4.0),
                new GrpoConfig.Kl(0.04, KlPlacement.REWARD, KlEstimator.K1), ImportanceSamplingLevel.SEQUENCE,
                ScaleRewards.BATCH, 1e-6, LossType.DR_GRPO, true,
                new GrpoConfig.Policies(ZeroSpreadPolicy.SKIP, NoVerdictPolicy.ZERO)), config);
        assertEquals(config, read(RecipeYaml.write(config)));
    }

    @Test
    void presets() throws IOException {
        assertEquals(GrpoConfig.trlDefaults(), read(""));
        assertEquals(LossType.DAPO, GrpoConfig.trlDefaults().lossType());
        GrpoConfig paper = GrpoConfig.catPaper();
        assertEquals(LossType.GRPO, paper.lossType());
        assertEquals(KlPlacement.REWARD, paper.klPlacement());
        assertEquals(1e-3, paper.beta());
        assertEquals(5e-7, OptimizerConfig.catPaper().learningRate());
        assertEquals(1e-6, OptimizerConfig.trlDefaults().learningRate());
    }

    @Test
    void onlyALossPlacementReadsTheReferenceInTheLoss() {
        assertEquals(0, GrpoConfig.catPaper().parameters().beta());
        GrpoConfig inLoss = GrpoConfig.trlDefaults().toBuilder().kl(0.04, KlPlacement.LOSS, KlEstimator.K2).build();
        assertEquals(new GrpoParameters(false, false, 0.8, 1.2, Double.POSITIVE_INFINITY, 0.04, KlEstimator.K2),
                inLoss.parameters());
    }

    @Test
    void refusesWhatCannotBeAndNamesKeyAndValue() {
        refused("num_generations: 1", "num_generations is 1; it must be 2 or more: an advantage compares rollouts");
        refused("num_iterations: 0", "num_iterations is 0; it must be 1 or more");
        refused("mini_batches: 0", "mini_batches is 0; it must be 1 or more");
        refused("epsilon: 1.5", "epsilon is 1.5; it must be in [0, 1]");
        refused("epsilon_high: -0.3", "epsilon_high is -0.3; it must be 0 or more, or the bounds of the clip cross");
        refused("delta: 1.1", "delta is 1.1; it must be above 1 + epsilon_high = 1.2");
        refused("beta: -1.0", "beta is -1.0; it must be 0 (no KL term) or more");
        refused("{beta: 0.1, kl_placement: none}",
                "kl_placement is none with a beta of 0.1; it must be reward or loss");
        refused("lossType: grpo", "unknown key \"lossType\"; did you mean \"loss_type\"?");
        refused("loss_type: gspo", "it must be one of grpo, dapo, bnpo, dr_grpo, cispo");
    }

    @Test
    void miniBatchesMustDivideThePrompts() {
        GrpoConfig config = GrpoConfig.trlDefaults().toBuilder().miniBatches(3).build();
        config.checkPrompts(9);
        assertEquals("mini_batches is 3; it must be a divisor of the prompts of a step, of which there are 16",
                assertThrows(IllegalArgumentException.class, () -> config.checkPrompts(16)).getMessage());
    }

    @Test
    void anOptimizerIsCheckedToo() {
        OptimizerConfig good = OptimizerConfig.trlDefaults();
        assertEquals("adam_beta1 is 1.0; it must be in [0, 1)", assertThrows(IllegalArgumentException.class,
                () -> new OptimizerConfig(1e-6, 1, 0.999, 1e-8, 0, 1, good.lrSchedulerType(), 0)).getMessage());
        assertThrows(IllegalArgumentException.class, () -> good.withLearningRate(-1));
        assertThrows(IllegalArgumentException.class, () -> good.withLearningRate(Double.NaN));
    }

    private void refused(String recipe, String message) {
        RecipeException error = assertThrows(RecipeException.class, () -> read(recipe));
        assertTrue(error.getMessage().contains(message), error.getMessage());
    }

    private GrpoConfig read(String yaml) throws IOException {
        Path file = folder.resolve("recipe.yaml");
        Files.writeString(file, yaml);
        return RecipeFile.parse(file, List.of()).read(GrpoConfig.trlDefaults());
    }
}
