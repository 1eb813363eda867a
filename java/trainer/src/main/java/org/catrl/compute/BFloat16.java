package org.catrl.compute;

/** The upper half of a float: 8 bits of exponent, 8 bits of precision. Rounding is to nearest even. */
public final class BFloat16 {
    private static final int EXPONENT_OF_LEAST = -126;
    private static final int FRACTION_BITS = 7;
    private static final double LARGEST = 0x1.FEp127;

    private BFloat16() { }

    /** The bits of a value, rounded; NaN stays NaN, and what is too large becomes infinite. */
    public static short bits(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }

    /** The value of some bits: every bfloat16 is a float. */
    public static float value(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** The nearest bfloat16, rounded once however long the value's fraction is. */
    public static double round(double value) {
        if (value == 0 || !Double.isFinite(value)) {
            return value;
        }
        double unit = Math.scalb(1, Math.max(Math.getExponent(value), EXPONENT_OF_LEAST) - FRACTION_BITS);
        double rounded = Math.rint(value / unit) * unit;
        return Math.abs(rounded) > LARGEST ? Math.copySign(Double.POSITIVE_INFINITY, value) : rounded;
    }
}
