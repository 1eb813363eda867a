package org.catrl.train;

import static org.catrl.setting.SettingException.require;

/**
 * AdamW with global-norm clipping and a schedule; names and defaults of transformers' TrainingArguments.
 *
 * @param learningRate    the peak of the schedule
 * @param adamBeta1       decay of the first moment
 * @param adamBeta2       decay of the second moment
 * @param adamEpsilon     added to the root of the second moment
 * @param weightDecay     decoupled decay of the matrices (norms and biases are not decayed)
 * @param maxGradNorm     the gradient's global norm is scaled down to this; 0 = no clipping
 * @param lrSchedulerType the course after the warm-up
 * @param warmupSteps     optimizer steps of linear rise from 0
 */
public record OptimizerConfig(double learningRate, double adamBeta1, double adamBeta2, double adamEpsilon,
                              double weightDecay, double maxGradNorm, LrSchedulerType lrSchedulerType,
                              int warmupSteps) {
    public OptimizerConfig {
        require(learningRate >= 0 && Double.isFinite(learningRate), "learning_rate", learningRate,
                "a finite number, 0 or more");
        require(adamBeta1 >= 0 && adamBeta1 < 1, "adam_beta1", adamBeta1, "in [0, 1)");
        require(adamBeta2 >= 0 && adamBeta2 < 1, "adam_beta2", adamBeta2, "in [0, 1)");
        require(adamEpsilon > 0 && Double.isFinite(adamEpsilon), "adam_epsilon", adamEpsilon,
                "a finite number above 0");
        require(weightDecay >= 0 && Double.isFinite(weightDecay), "weight_decay", weightDecay,
                "a finite number, 0 or more");
        require(maxGradNorm >= 0 && Double.isFinite(maxGradNorm), "max_grad_norm", maxGradNorm,
                "a finite number: 0 (no clipping) or more");
        require(warmupSteps >= 0, "warmup_steps", warmupSteps, "0 or more");
    }

    /** TRL's defaults. */
    public static OptimizerConfig trlDefaults() {
        return new OptimizerConfig(1e-6, 0.9, 0.999, 1e-8, 0, 1, LrSchedulerType.LINEAR, 0);
    }

    /** The settings of the Compute as Teacher paper; where it is silent, the common ones. */
    public static OptimizerConfig catPaper() {
        return new OptimizerConfig(5e-7, 0.9, 0.999, 1e-8, 0.01, 1, LrSchedulerType.CONSTANT, 0);
    }

    /** These settings with a constant rate. */
    public OptimizerConfig withLearningRate(double constant) {
        return new OptimizerConfig(constant, adamBeta1, adamBeta2, adamEpsilon, weightDecay, maxGradNorm,
                LrSchedulerType.CONSTANT, 0);
    }

    /** What the gradient is multiplied by so that its norm is at most max_grad_norm, as torch's clip_grad_norm_. */
    double gradientScale(double norm) {
        return maxGradNorm == 0 ? 1 : Math.min(1, maxGradNorm / (norm + 1e-6));
    }
}
