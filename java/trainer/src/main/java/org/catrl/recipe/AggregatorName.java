package org.catrl.recipe;

/**
 * Which aggregator a recipe asks for.
 *
 * <pre>{@code
 * aggregator: mutual_predictability
 * }</pre>
 */
public enum AggregatorName {
    /** The anchor, frozen at the initial weights, reads the rollouts and writes one answer. */
    SYNTHESIS,
    /** The most frequent answer. */
    MAJORITY,
    /** Synthesis, and the majority where it abstains. */
    FALLBACK,
    /** Synthesis of subsets, several rounds of it. */
    RECURSIVE_SYNTHESIS,
    /** The first rollout with an answer. */
    SINGLE_SAMPLE,
    /** The anchor names the best rollout. */
    SELF_SELECTION,
    /** The rollout that the judge rates highest. */
    JUDGE_SELECTION,
    /** The rollout that the policy found likeliest. */
    MIN_PERPLEXITY,
    /** The rollout at whose tokens the anchor is surest. */
    SELF_CERTAINTY,
    /** The rollout that the others predict best. */
    MUTUAL_PREDICTABILITY,
    /** A user's own: {@code aggregator_name}. */
    CUSTOM,
    /** The true answers: a control experiment, never the default. */
    LABELS
}
