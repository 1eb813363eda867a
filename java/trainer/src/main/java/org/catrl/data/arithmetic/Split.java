package org.catrl.data.arithmetic;

import org.catrl.data.KeyedRandom;

/**
 * The four kinds of problem. Every problem belongs to exactly one, by a hash of its operands (their order set aside):
 * so what is measured on was never trained on, whatever the seeds.
 */
public enum Split {
    /** Final measurements. */
    HELD_OUT(1),
    /** The labelled probe watched during a run. */
    PROBE(1),
    /** Unlabelled prompts of the main job. */
    TRAIN(6),
    /** Examples of supervised training. */
    CORPUS(8);

    private static final int BUCKETS = 16;
    private static final long SALT = 0x6361742d73706c69L;

    private final int buckets;

    Split(int buckets) {
        this.buckets = buckets;
    }

    /** The split a problem belongs to. */
    public static Split of(Addition problem) {
        int[] operands = problem.sorted();
        int bucket = Math.floorMod(KeyedRandom.hash(SALT, operands[0], operands[1], operands[2]), BUCKETS);
        for (Split split : values()) {
            bucket -= split.buckets;
            if (bucket < 0) {
                return split;
            }
        }
        throw new AssertionError("the splits do not fill the buckets");
    }

    /** Problem {@code index} of this split under a seed: uniform over the split. */
    public Addition problem(long seed, long... index) {
        var random = KeyedRandom.of(KeyedRandom.hash(seed, index), ordinal());
        while (true) {
            Addition problem = new Addition(random.nextInt(Addition.LIMIT), random.nextInt(Addition.LIMIT),
                    random.nextInt(Addition.LIMIT));
            if (of(problem) == this) {
                return problem;
            }
        }
    }
}
