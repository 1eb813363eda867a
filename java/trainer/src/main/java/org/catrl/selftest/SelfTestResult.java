package org.catrl.selftest;

/**
 * What a check found.
 *
 * @param name    that of the check
 * @param cases   how many things were compared
 * @param worst   the largest error as a share of what is tolerated
 * @param seconds how long it took
 * @param state   whether it passed, failed, or could not be made here
 * @param message what failed first or why it was skipped; else what is worth knowing, may be empty
 */
public record SelfTestResult(String name, int cases, double worst, double seconds, State state, String message) {
    /** How a check ended. */
    public enum State { OK, FAILED, SKIPPED }

    /** A check; what it throws is its failure. */
    public interface Check {
        /** What was found, when nothing failed. */
        Finding run();
    }

    /**
     * What a check found that did not fail.
     *
     * @param cases   how many things were compared
     * @param worst   the largest error as a share of what is tolerated
     * @param note    what is worth knowing; may be empty
     * @param skipped why nothing was compared; null when something was
     */
    public record Finding(int cases, double worst, String note, String skipped) {
        static Finding of(int cases, double worst, String note) {
            return new Finding(cases, worst, note, null);
        }

        static Finding skipped(String why) {
            return new Finding(0, 0, "", why);
        }
    }

    static SelfTestResult of(String name, Check check) {
        long start = System.nanoTime();
        try {
            Finding found = check.run();
            boolean skipped = found.skipped() != null;
            return new SelfTestResult(name, found.cases(), found.worst(), seconds(start),
                    skipped ? State.SKIPPED : State.OK, skipped ? found.skipped() : found.note());
        } catch (RuntimeException | AssertionError | OutOfMemoryError e) {
            return new SelfTestResult(name, 0, Double.NaN, seconds(start), State.FAILED,
                    String.valueOf(e.getMessage()));
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
