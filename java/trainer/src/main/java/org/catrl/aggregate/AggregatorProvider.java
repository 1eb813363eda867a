package org.catrl.aggregate;

import org.catrl.lm.LanguageModel;
import org.catrl.text.AnswerFormat;

/**
 * A user's own aggregator, found by {@link java.util.ServiceLoader}: named in
 * {@code META-INF/services/org.catrl.aggregate.AggregatorProvider}, and asked for in a recipe by
 * {@code aggregator: custom} and {@code aggregator_name}.
 */
public interface AggregatorProvider {
    /** The name that a recipe asks for it by. */
    String name();

    /**
     * The aggregator of one run.
     *
     * @param anchor the frozen initial model
     * @param format how answers are read and compared
     * @param seed   the seed of whatever the aggregator draws itself, which must be a function of it, the step and the
     *               prompt's id; what the anchor draws is a function of the queries' keys
     */
    Aggregator create(LanguageModel anchor, AnswerFormat format, long seed);
}
