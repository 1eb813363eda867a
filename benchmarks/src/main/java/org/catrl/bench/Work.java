package org.catrl.bench;

/**
 * The least that one operation has to do: what its time is held against.
 *
 * @param bound  which of the device's ceilings it meets first
 * @param amount bytes (every input read once, every result written once), or floating-point operations (of causal
 *               attention the unmasked half only; what is computed again on the way back is not counted)
 * @param tokens how many it makes or learns from; 0 where that says nothing
 */
record Work(Bound bound, double amount, long tokens) {
    /** A ceiling, measured in the same run. */
    enum Bound {
        /** Bytes per second of a large copy on the device, read and written both counted. */
        BANDWIDTH("GB/s", 1e9),
        /** Floating-point operations per second of a large BF16 product. */
        PRODUCTS("TFLOP/s", 1e12);

        private final String unit;
        private final double scale;

        Bound(String unit, double scale) {
            this.unit = unit;
            this.scale = scale;
        }

        String unit() {
            return unit;
        }

        double inUnit(double perSecond) {
            return perSecond / scale;
        }
    }

    static Work bytes(double amount) {
        return new Work(Bound.BANDWIDTH, amount, 0);
    }

    static Work flops(double amount) {
        return new Work(Bound.PRODUCTS, amount, 0);
    }

    Work of(long tokensOfIt) {
        return new Work(bound, amount, tokensOfIt);
    }
}
