package org.catrl.text.algebra;

import java.util.Locale;

/** Operations and functions. */
enum Head {
    PLUS, MINUS, TIMES, DIVIDE, NEGATE, POWER, SQRT,
    /** The real root of a real number where there is one; the second argument is its degree. */
    ROOT,
    ABS, FLOOR, CEIL, FACTORIAL, BINOMIAL,
    /** Several arguments each. */
    MAX, MIN, GCD, LCM,
    EXP, LN,
    /** The logarithm to the base 10. */
    LOG,
    SIN, COS, TAN, COT, SEC, CSC, ARCSIN, ARCCOS, ARCTAN, SINH, COSH, TANH;

    /** The function of this name, or null: sin, ln and max are, sum is none. */
    static Head function(String name) {
        for (Head head : values()) {
            if (head.ordinal() >= MAX.ordinal() && head.name().toLowerCase(Locale.ROOT).equals(name)) {
                return head;
            }
        }
        return null;
    }

    /** Whether it takes as many arguments as there are. */
    boolean several() {
        return ordinal() >= MAX.ordinal() && ordinal() <= LCM.ordinal();
    }

    /** Whether it takes an angle, which may be in degrees. */
    boolean trigonometric() {
        return ordinal() >= SIN.ordinal() && ordinal() <= CSC.ordinal();
    }
}
