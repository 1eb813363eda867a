package org.catrl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Traces of transformers' get_scheduler with 3 steps of warm-up and 12 in all. */
class LearningRateScheduleTest {
    private static final double[] WARMUP = {0, 0.3333333333333333, 0.6666666666666666, 1};

    @Test
    void constant() {
        check(LrSchedulerType.CONSTANT, 1, 1, 1, 1, 1, 1, 1, 1);
    }

    @Test
    void linear() {
        check(LrSchedulerType.LINEAR, 0.8888888888888888, 0.7777777777777778, 0.6666666666666666, 0.5555555555555556,
                0.4444444444444444, 0.3333333333333333, 0.2222222222222222, 0.1111111111111111);
    }

    @Test
    void cosine() {
        check(LrSchedulerType.COSINE, 0.9698463103929542, 0.883022221559489, 0.75, 0.5868240888334653,
                0.41317591116653485, 0.2500000000000001, 0.11697777844051105, 0.03015368960704584);
    }

    @Test
    void withoutWarmUpTheFirstStepHasTheWholeRate() {
        assertEquals(1e-6, new LearningRateSchedule(OptimizerConfig.trlDefaults(), 100).at(0));
    }

    @Test
    void pastTheEndTheRateStaysZero() {
        for (LrSchedulerType type : new LrSchedulerType[] {LrSchedulerType.LINEAR, LrSchedulerType.COSINE}) {
            assertEquals(0, schedule(type).at(12), 1e-18);
            assertEquals(0, schedule(type).at(20), 1e-18);
        }
    }

    @Test
    void aWarmUpLongerThanTheRunIsRefused() {
        assertEquals("warmup_steps is 3; it must be at most the optimizer steps of the run, 2",
                assertThrows(IllegalArgumentException.class,
                        () -> new LearningRateSchedule(config(LrSchedulerType.LINEAR), 2)).getMessage());
    }

    @Test
    void clippingScalesAsTorchDoes() {
        OptimizerConfig config = config(LrSchedulerType.CONSTANT);
        assertEquals(1, config.gradientScale(0.5));
        assertEquals(1 / (4 + 1e-6), config.gradientScale(4));
        OptimizerConfig off = new OptimizerConfig(1, 0.9, 0.999, 1e-8, 0, 0, LrSchedulerType.CONSTANT, 0);
        assertEquals(1, off.gradientScale(1e9));
    }

    private static void check(LrSchedulerType type, double... afterWarmup) {
        for (int step = 0; step < WARMUP.length + afterWarmup.length; step++) {
            double multiplier = step < WARMUP.length ? WARMUP[step] : afterWarmup[step - WARMUP.length];
            assertEquals(2e-4 * multiplier, schedule(type).at(step), 1e-18, type + " step " + step);
        }
    }

    private static LearningRateSchedule schedule(LrSchedulerType type) {
        return new LearningRateSchedule(config(type), 12);
    }

    private static OptimizerConfig config(LrSchedulerType type) {
        return new OptimizerConfig(2e-4, 0.9, 0.999, 1e-8, 0, 1, type, 3);
    }
}
