package org.catrl.text.algebra;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hipparchus.fraction.BigFraction;

/** Rational arithmetic: what an expression of numbers alone comes to. */
final class Exact {
    private static final int MOST_BITS = 4096;
    private static final int HIGHEST_POWER = 1000;

    private Exact() { }

    /** The value, empty where there are variables, roots that do not come out here, or numbers too large. */
    static Optional<BigFraction> of(Expr expr) {
        if (expr instanceof Expr.Num number) {
            return Optional.of(number.value());
        }
        if (!(expr instanceof Expr.Call call)) {
            return Optional.empty();
        }
        List<BigFraction> arguments = new ArrayList<>();
        for (Expr argument : call.arguments()) {
            Optional<BigFraction> value = of(argument);
            if (value.isEmpty()) {
                return value;
            }
            arguments.add(value.get());
        }
        return value(call.head(), arguments).filter(Exact::small);
    }

    private static boolean small(BigFraction value) {
        return value.getNumerator().bitLength() <= MOST_BITS && value.getDenominator().bitLength() <= MOST_BITS;
    }

    private static Optional<BigFraction> value(Head head, List<BigFraction> args) {
        return switch (head) {
            case PLUS -> Optional.of(args.get(0).add(args.get(1)));
            case MINUS -> Optional.of(args.get(0).subtract(args.get(1)));
            case TIMES -> Optional.of(args.get(0).multiply(args.get(1)));
            case DIVIDE -> args.get(1).signum() == 0 ? Optional.empty()
                    : Optional.of(args.get(0).divide(args.get(1)));
            case NEGATE -> Optional.of(args.get(0).negate());
            case POWER -> power(args.get(0), args.get(1));
            default -> Optional.empty();
        };
    }

    private static Optional<BigFraction> power(BigFraction base, BigFraction exponent) {
        boolean whole = exponent.getDenominator().bitLength() == 1 && exponent.getNumerator().bitLength() < 31;
        int power = whole ? exponent.getNumerator().intValue() : 0;
        long bits = Math.max(base.getNumerator().bitLength(), base.getDenominator().bitLength());
        if (!whole || Math.abs(power) > HIGHEST_POWER || bits * Math.abs(power) > MOST_BITS
                || base.signum() == 0 && power <= 0) {
            return Optional.empty();
        }
        return Optional.of(base.pow(power));
    }
}
