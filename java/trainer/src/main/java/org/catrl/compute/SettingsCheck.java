package org.catrl.compute;

/** The numbers that settings records may hold. */
final class SettingsCheck {
    private SettingsCheck() { }

    static void of(ArgumentCheck check, GrpoParameters parameters) {
        check.given("parameters", parameters).given("kl", parameters.kl())
                .notNegative("clipLow", parameters.clipLow())
                .within("clipHigh", parameters.clipHigh(), parameters.clipLow(), Double.POSITIVE_INFINITY)
                .within("delta", parameters.delta(), Double.MIN_VALUE, Double.POSITIVE_INFINITY)
                .notNegative("beta", parameters.beta());
    }

    /** @param length of the flat buffers */
    static void of(ArgumentCheck check, AdamWStep step, long length) {
        check.given("step", step).notNegative("learningRate", step.learningRate())
                .within("beta1", step.beta1(), 0, Math.nextDown(1.0))
                .within("beta2", step.beta2(), 0, Math.nextDown(1.0))
                .notNegative("epsilon", step.epsilon()).notNegative("weightDecay", step.weightDecay())
                .within("decayedLength", step.decayedLength(), 0, length)
                .atLeast("step", step.step(), 1).finite("gradientScale", step.gradientScale());
    }

    /** The books of decoding without the host. */
    static void of(ArgumentCheck check, DecodeState state) {
        check.given("state", state);
        long n = state.count();
        check.atLeast("state.count", n, 0).atLeast("state.capacity", state.capacity(), 0)
                .ints("state.inputIds", state.inputIds(), n, "R").ints("state.positions", state.positions(), n, "R")
                .ints("state.counters", state.counters(), 4 * n, "R * 4").ints("state.left", state.left(), n, "R")
                .ints("state.taken", state.taken(), n, "R")
                .ints("state.recordedIds", state.recordedIds(), state.capacity() * n, "capacity * R")
                .floats("state.recordedLogp", state.recordedLogp(), state.capacity() * n, "capacity * R")
                .ints("state.stopFrom", state.stopFrom(), n + 1, "R + 1").ints("state.stops", state.stops(), 1, "1");
    }
}
