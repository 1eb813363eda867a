package org.catrl.cli;

/** Which aggregator a recipe asks for. */
enum AggregatorName {
    /** The anchor, frozen at the initial weights, reads the rollouts and writes one answer. */
    SYNTHESIS,
    /** The most frequent answer. */
    MAJORITY,
    /** The true answers: a control experiment, never the default. */
    LABELS
}
