package org.catrl.text;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Decimals with the digits of a computer's number, which stand for the number that they were printed for. */
public final class LongDecimal {
    private static final int FEWEST_OF_A_DOUBLE = 16;
    private static final int MOST_OF_A_DOUBLE = 17;

    private LongDecimal() { }

    /**
     * Whether a decimal is a number rounded or cut off, or printed to double precision: 0.8333333333333334 is 5/6.
     *
     * @param decimal  the decimal's value
     * @param value    the number, to more digits than the decimal has
     * @param decimals how many digits the decimal has behind its point
     */
    public static boolean rounds(BigDecimal decimal, BigDecimal value, int decimals) {
        int digits = decimal.setScale(decimals, RoundingMode.HALF_UP).precision();
        boolean printed = digits >= FEWEST_OF_A_DOUBLE && digits <= MOST_OF_A_DOUBLE;
        return decimal.compareTo(value.setScale(decimals, RoundingMode.HALF_UP)) == 0
                || decimal.compareTo(value.setScale(decimals, RoundingMode.DOWN)) == 0
                || printed && decimal.doubleValue() == value.doubleValue();
    }
}
