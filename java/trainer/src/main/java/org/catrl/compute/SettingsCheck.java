package org.catrl.compute;

/** The numbers that settings records may hold. */
final class SettingsCheck {
    private final ArgumentCheck check;

    SettingsCheck(ArgumentCheck check) {
        this.check = check;
    }

    void of(GrpoParameters parameters) {
        check.given("grpo", "parameters", parameters);
        check.given("grpo", "kl", parameters.kl());
        check.notNegative("grpo", "clipLow", parameters.clipLow());
        check.within("grpo", "clipHigh", parameters.clipHigh(), parameters.clipLow(), Double.POSITIVE_INFINITY);
        check.within("grpo", "delta", parameters.delta(), Double.MIN_VALUE, Double.POSITIVE_INFINITY);
        check.notNegative("grpo", "beta", parameters.beta());
    }

    /** @param length of the flat buffers */
    void of(AdamWStep step, long length) {
        check.given("adamw", "step", step);
        check.notNegative("adamw", "learningRate", step.learningRate());
        check.within("adamw", "beta1", step.beta1(), 0, Math.nextDown(1.0));
        check.within("adamw", "beta2", step.beta2(), 0, Math.nextDown(1.0));
        check.notNegative("adamw", "epsilon", step.epsilon());
        check.notNegative("adamw", "weightDecay", step.weightDecay());
        check.within("adamw", "decayedLength", step.decayedLength(), 0, length);
        check.atLeast("adamw", "step", step.step(), 1);
        check.finite("adamw", "gradientScale", step.gradientScale());
    }
}
