package org.catrl.compute;

/** What the records that ops take may hold. */
final class SettingsCheck {
    private SettingsCheck() { }

    static void of(ArgumentCheck check, GrpoParameters parameters) {
        check.given("parameters", parameters).given("kl", parameters.kl())
                .notNegative("clipLow", parameters.clipLow())
                .within("clipHigh", parameters.clipHigh(), parameters.clipLow(), Double.POSITIVE_INFINITY)
                .within("delta", parameters.delta(), Double.MIN_VALUE, Double.POSITIVE_INFINITY)
                .notNegative("beta", parameters.beta());
    }

    /**
     * An optimizer step that has been given.
     *
     * @param length that of the flat buffers
     */
    static void of(ArgumentCheck check, AdamWStep step, long length) {
        check.given("step", step).notNegative("learningRate", step.learningRate())
                .within("beta1", step.beta1(), 0, Math.nextDown(1.0))
                .within("beta2", step.beta2(), 0, Math.nextDown(1.0))
                .notNegative("epsilon", step.epsilon()).notNegative("weightDecay", step.weightDecay())
                .within("decayedLength", step.decayedLength(), 0, length)
                .atLeast("step", step.step(), 1).finite("gradientScale", step.gradientScale());
    }

    /** A norm that has been given. */
    static void of(ArgumentCheck check, RmsNorm norm) {
        check.stored("norm.weight", norm.weight(), norm.width(), "C").notNegative("norm.epsilon", norm.epsilon())
                .notNegative("norm.offset", norm.offset());
    }

    static void of(ArgumentCheck check, VocabTile tile) {
        check.given("tile", tile).rows("tile.rows", tile.rows(), "tile.width", tile.width())
                .within("tile.width", tile.width(), 1, Backend.VOCAB_TILE).atLeast("tile.firstId", tile.firstId(), 0)
                .positive("tile.inverseTemperature", tile.inverseTemperature())
                .ints("tile.targets", tile.targets(), tile.rows(), "N");
        if (tile.firstId() % Backend.VOCAB_TILE != 0) {
            throw check.wrong("tile.firstId", "must be a multiple of " + Backend.VOCAB_TILE, tile.firstId());
        }
    }

    /** Tokens that have been given. */
    static void of(ArgumentCheck check, PolicyTokens tokens, GrpoParameters parameters) {
        int n = tokens.count();
        check.atLeast("tokens.count", n, 0).atLeast("tokens.sequences", tokens.sequences(), 0)
                .floats("tokens.logp", tokens.logp(), n, "N").floats("tokens.oldLogp", tokens.oldLogp(), n, "N");
        if (tokens.refLogp() != null || parameters.beta() != 0) {
            check.floats("tokens.refLogp", tokens.refLogp(), n, "N");
        }
        check.floats("tokens.advantage", tokens.advantage(), n, "N").floats("tokens.weight", tokens.weight(), n, "N")
                .ints("tokens.sequenceFrom", tokens.sequenceFrom(), tokens.sequences() + 1L, "S + 1");
    }

    /** The books of decoding without the host. */
    static void of(ArgumentCheck check, DecodeState state) {
        check.given("state", state).given("state.record", state.record());
        DecodeRecord record = state.record();
        long n = state.count();
        check.atLeast("state.count", n, 0).atLeast("state.record.capacity", record.capacity(), 0)
                .ints("state.inputIds", state.inputIds(), n, "R").ints("state.positions", state.positions(), n, "R")
                .ints("state.counters", state.counters(), 4 * n, "R * 4").ints("state.left", state.left(), n, "R")
                .ints("state.record.taken", record.taken(), n, "R")
                .ints("state.record.ids", record.ids(), record.capacity() * n, "capacity * R")
                .floats("state.record.logp", record.logp(), record.capacity() * n, "capacity * R")
                .ints("state.stopFrom", state.stopFrom(), n + 1, "R + 1").ints("state.stops", state.stops(), 1, "1");
    }
}
