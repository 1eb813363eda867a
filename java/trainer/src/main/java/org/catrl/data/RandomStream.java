package org.catrl.data;

import java.util.SplittableRandom;

/**
 * Every stream of random numbers that a run draws from. Each is derived from the run's one seed; none of them depends
 * on what is drawn from another. What a data set is made of is drawn from the data's own seed, by its own classes.
 */
public enum RandomStream {
    /** Rollouts of the policy. */
    POLICY(0),
    /** The anchor, and whatever model a recipe puts in its place. */
    ANCHOR(1),
    /** Weights of a new adapter. */
    ADAPTER(2),
    /** The judge, of rubrics and of best-of-N. */
    JUDGE(3),
    /** The writer of rubrics. */
    RUBRIC_WRITER(4),
    /** The grader of evaluations. */
    GRADER(5),
    /** Rollouts of the policy on the guard's probe. */
    PROBE(6),
    /** References of the guard's probe. */
    PROBE_REFERENCE(7),
    /** The order in which prompts and examples of files are taken, epoch by epoch. */
    PROMPT_ORDER(0),
    /** The order in which an anchor reads the rollouts of a group, and which of them meet in a round of recursion. */
    READING_ORDER(0),
    /** The order in which the others stand before the rollout that is to be predicted. */
    PREDICTION_ORDER(0);

    /**
     * What the run's seed is mixed with; 0 = nothing. Of the streams that start from the bare seed, rollouts are drawn
     * by counters and orders by split streams, under keys of different lengths or of aggregators that exclude each
     * other.
     */
    private final int tag;

    RandomStream(int tag) {
        this.tag = tag;
    }

    /** The seed of this stream in a run of that seed. */
    public long seed(long runSeed) {
        return tag == 0 ? runSeed : KeyedRandom.hash(runSeed, tag);
    }

    /** Random numbers of this stream that are a function of the key alone, its parts in order. */
    public SplittableRandom random(long runSeed, long... key) {
        return KeyedRandom.of(seed(runSeed), key);
    }
}
