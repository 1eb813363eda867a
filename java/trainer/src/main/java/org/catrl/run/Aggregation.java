package org.catrl.run;

import java.nio.file.Path;

/**
 * What test-time aggregation came to.
 *
 * <pre>{@code
 * Aggregation aggregation = AggregationRun.of(recipe, List.of()).run(prompts, output);
 * System.out.println(aggregation.abstained() + " of " + aggregation.references() + " have no reference");
 * }</pre>
 *
 * @param output     the file of the references
 * @param references how many prompts were asked
 * @param abstained  those without a reference
 * @param sampled    tokens of all rollouts
 * @param read       tokens that the aggregator's model read
 * @param written    tokens that it wrote
 * @param givenUp    answers that could not be read or compared to the end, and count as none
 */
public record Aggregation(Path output, int references, int abstained, long sampled, long read, long written,
                          int givenUp) { }
