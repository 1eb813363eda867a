package org.catrl.evaluate;

import java.util.function.Function;
import org.catrl.aggregate.Aggregator;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.MeteredModel;

/**
 * An aggregator that takes part in a comparison.
 *
 * @param name       the name that the report calls it by
 * @param aggregator made over the anchor
 * @param anchor     the model that it may ask, whose tokens are counted
 */
public record Contestant(String name, Aggregator aggregator, MeteredModel anchor) {
    /**
     * A contestant whose tokens are counted from now on.
     *
     * @param anchor     the model that it may ask
     * @param aggregator makes it over that model
     */
    public static Contestant of(String name, LanguageModel anchor, Function<LanguageModel, Aggregator> aggregator) {
        MeteredModel metered = new MeteredModel(anchor);
        return new Contestant(name, aggregator.apply(metered), metered);
    }
}
