package org.catrl.train;

import static org.catrl.setting.SettingException.require;

/**
 * The learning rate of every optimizer step, as transformers' get_scheduler gives it: rising from 0 over the warm-up,
 * then constant, or falling to 0 at the end linearly or along half a cosine.
 */
public final class LearningRateSchedule {
    private final OptimizerConfig config;
    private final int totalSteps;

    /**
     * The schedule of one run.
     *
     * @param config     the peak, the course and the warm-up
     * @param totalSteps optimizer steps of the whole run; not read by a constant schedule
     * @throws SettingException when the warm-up is longer than the run
     */
    public LearningRateSchedule(OptimizerConfig config, int totalSteps) {
        require(config.lrSchedulerType() == LrSchedulerType.CONSTANT || totalSteps >= config.warmupSteps(),
                "warmup_steps", config.warmupSteps(), "at most the optimizer steps of the run, " + totalSteps);
        this.config = config;
        this.totalSteps = totalSteps;
    }

    /**
     * The learning rate of one optimizer step.
     *
     * @param step counted from 0
     */
    public double at(int step) {
        return config.learningRate() * multiplier(step);
    }

    private double multiplier(int step) {
        int warmup = config.warmupSteps();
        if (step < warmup) {
            return (double) step / warmup;
        }
        double progress = (double) (step - warmup) / Math.max(1, totalSteps - warmup);
        return switch (config.lrSchedulerType()) {
            case CONSTANT -> 1;
            case LINEAR -> Math.max(0, 1 - progress);
            case COSINE -> 0.5 * (1 + Math.cos(Math.PI * Math.min(1, progress)));
        };
    }
}
