package org.catrl.text.algebra;

import java.util.SplittableRandom;
import org.catrl.text.Fraction;

/**
 * A point at which expressions are compared: a value for every name, drawn from the name. Points come in rounds of
 * four: positive values, values of both signs, positive values of another size, and positive whole numbers; every round
 * has its own sizes. Behind them come larger whole numbers, and fractions of small numbers.
 *
 * @param number which point, from 0 on
 * @param far    the power of ten that some points' values go up to, beyond all numbers in the expressions
 */
record Point(int number, int far) {
    /** How many points there are in all. */
    static final int ALL = 24;
    /** How many there are with those at which functions of steps differ: whole numbers and fractions of small ones. */
    static final int MORE = 48;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final long[] LARGEST = {2, 1, 12, 90, 4000};
    private static final long PLACES = 1_000_000_007;

    /** Whether all values are whole numbers. */
    boolean whole() {
        return number < ALL ? number % 4 == 3 : number % 2 == 0;
    }

    /** The value of a name. */
    Fraction of(String name) {
        SplittableRandom random = new SplittableRandom(name.hashCode() * GOLDEN + number * 7919L);
        if (whole()) {
            return Fraction.of(1 + random.nextInt(number < ALL ? 12 : 30));
        }
        if (number >= ALL) {
            return Fraction.of(random.nextInt(-40, 41)).times(Fraction.of(2 + number / 2 % 5).inverse());
        }
        int size = (number / 4 + number % 4) % (LARGEST.length + 1);
        // far enough away |x - 1000| is not 1000 - x
        Fraction largest = size < LARGEST.length ? Fraction.of(LARGEST[size]) : Fraction.of(10).power(far);
        Fraction value = Fraction.of(random.nextLong(PLACES / 20, PLACES)).times(largest)
                .times(Fraction.of(PLACES).inverse());
        return negative(name) ? value.negated() : value;
    }

    /** All are negative once; then, by the bits of their letters, any two names have different signs at some point. */
    private boolean negative(String name) {
        int code = name.length() == 1 ? name.charAt(0) : name.hashCode() ^ name.hashCode() >>> 16;
        return number % 4 == 1 && (number == 1 || (code >> number / 4 - 1) % 2 != 0);
    }
}
