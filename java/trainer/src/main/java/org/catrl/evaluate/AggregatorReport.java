package org.catrl.evaluate;

import org.catrl.lm.TokenUse;

/**
 * How one aggregator did, on rollouts that all aggregators were given.
 *
 * @param name          the name of the aggregator
 * @param problems      problems asked
 * @param right         references with the gold answer
 * @param abstained     problems without a reference, counted as not right
 * @param disagreed     references that are not the majority's answer
 * @param rightAlone    problems that this aggregator has right and the majority wrong
 * @param majorityAlone problems that the majority has right and this aggregator wrong
 * @param allWrong      problems that no rollout has right
 * @param rightAllWrong those of them that this aggregator has right
 * @param tokens        tokens that were read and written for it beyond the rollouts
 */
public record AggregatorReport(String name, int problems, int right, int abstained, int disagreed, int rightAlone,
                               int majorityAlone, int allWrong, int rightAllWrong, TokenUse tokens) {
    /** The share of the problems with the gold answer as their reference. */
    public double accuracy() {
        return right / (double) problems;
    }

    /** The standard error of the accuracy, over problems. */
    public double standardError() {
        return Math.sqrt(accuracy() * (1 - accuracy()) / problems);
    }

    /**
     * McNemar's exact test, two-sided: how likely the problems that only one of the two has right would fall so
     * unevenly if aggregator and majority were equally good.
     */
    public double pValue() {
        int n = rightAlone + majorityAlone;
        double tail = 0;
        double term = Math.pow(0.5, n);
        for (int k = 0; k <= Math.min(rightAlone, majorityAlone); k++) {
            tail += term;
            term *= (n - k) / (k + 1.0);
        }
        return Math.min(1, 2 * tail);
    }
}
