package org.catrl.text.algebra;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.hipparchus.complex.Complex;

/**
 * The value of an expression in complex doubles, its variables at a point drawn from their names. Equal expressions
 * agree at every point; others all but never do.
 */
final class Numeric {
    /** Bounds beyond which nothing is worth comparing, and algebra could take for ever. */
    private static final double LARGEST = 1e60;
    private static final double HIGHEST_POWER = 1e4;
    private static final double HIGHEST_FACTORIAL = 40;

    private final long point;

    /** Values at one point. @param point which one, the key of all that is drawn */
    Numeric(long point) {
        this.point = point;
    }

    /** The value of an expression; not finite where something in it is too large, or not defined at this point. */
    Complex of(Expr expr) {
        if (expr instanceof Expr.Num number) {
            return bounded(new Complex(number.value().doubleValue()));
        }
        if (expr instanceof Expr.Sym symbol) {
            return Constant.of(symbol.name()).map(Constant::value).orElseGet(() -> drawn(symbol.name()));
        }
        Expr.Call call = (Expr.Call) expr;
        List<Complex> arguments = new ArrayList<>();
        for (Expr argument : call.arguments()) {
            Complex value = of(argument);
            if (value.isNaN() || value.isInfinite()) {
                return Complex.NaN;
            }
            arguments.add(value);
        }
        return tooMuch(call.head(), arguments) ? Complex.NaN : bounded(call.head().value(arguments));
    }

    private static boolean tooMuch(Head head, List<Complex> arguments) {
        return switch (head) {
            case POWER -> arguments.get(1).norm() > HIGHEST_POWER;
            case ROOT -> arguments.get(1).norm() > HIGHEST_POWER || arguments.get(1).isZero();
            case FACTORIAL, BINOMIAL -> arguments.get(0).norm() > HIGHEST_FACTORIAL;
            default -> false;
        };
    }

    private static Complex bounded(Complex value) {
        return value.norm() <= LARGEST ? value : Complex.NaN;
    }

    /** A variable's value: positive, as answers assume of lengths, so that a square's root is what was squared. */
    private Complex drawn(String name) {
        SplittableRandom random = new SplittableRandom(name.hashCode() * 0x9E3779B97F4A7C15L + point);
        return new Complex(0.3 + 1.9 * random.nextDouble());
    }
}
