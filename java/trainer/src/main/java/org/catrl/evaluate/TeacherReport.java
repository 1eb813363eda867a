package org.catrl.evaluate;

/**
 * How one teacher did, on rollouts that all teachers were given.
 *
 * @param name          of the aggregator
 * @param problems      asked
 * @param right         references with the gold answer
 * @param abstained     problems without a reference, counted as not right
 * @param disagreed     references that are not the majority's answer
 * @param rightAlone    of all problems: this teacher right, the majority wrong
 * @param majorityAlone the majority right, this teacher wrong
 * @param allWrong      problems that no rollout has right
 * @param rightAllWrong of those, this teacher right
 * @param read          tokens that were read for it beyond the rollouts
 * @param written       tokens that were generated for it beyond the rollouts
 */
public record TeacherReport(String name, int problems, int right, int abstained, int disagreed, int rightAlone,
                            int majorityAlone, int allWrong, int rightAllWrong, long read, long written) {
    public double accuracy() {
        return right / (double) problems;
    }

    /** Of the accuracy, over problems. */
    public double standardError() {
        return Math.sqrt(accuracy() * (1 - accuracy()) / problems);
    }

    /**
     * McNemar's exact test, two-sided: how likely the problems that only one of the two has right would fall so unevenly if
     * teacher and majority were equally good.
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
