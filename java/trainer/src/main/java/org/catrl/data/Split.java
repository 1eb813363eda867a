package org.catrl.data;

/**
 * The four uses of generated problems. Every problem belongs to exactly one, by a hash of what makes it that problem:
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

    /**
     * The split of a problem.
     *
     * @param parts numbers that name it, however it is written
     */
    public static Split of(long... parts) {
        int bucket = Math.floorMod(KeyedRandom.hash(SALT, parts), BUCKETS);
        for (Split split : values()) {
            bucket -= split.buckets;
            if (bucket < 0) {
                return split;
            }
        }
        throw new AssertionError("the splits do not fill the buckets");
    }
}
