package org.catrl.data.arithmetic;

/**
 * How the supervised corpus is made; see {@link Slips} for the first three.
 *
 * @param seed               the seed of everything drawn
 * @param slip               probability of a random slip per column
 * @param misconceptionShare share of the column situations with a fixed wrong sum
 * @param misconceptionRate  how often that wrong sum is written
 * @param sharedSlip         share of the synthesis contexts in which half to all rollouts share one more slip
 */
public record CorpusSettings(long seed, double slip, double misconceptionShare, double misconceptionRate,
                             double sharedSlip) {
    public CorpusSettings {
        new Slips(slip, misconceptionShare, misconceptionRate, seed);
        Slips.requireProbability("shared_slip", sharedSlip);
    }

    /** How the solvers of this corpus slip. */
    public Slips slips() {
        return new Slips(slip, misconceptionShare, misconceptionRate, seed);
    }
}
