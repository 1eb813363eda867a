package org.catrl.text.algebra;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.hipparchus.complex.Complex;
import org.hipparchus.special.Gamma;

/** Operations and functions: how Symja writes them, and their value in complex numbers. */
enum Head {
    PLUS("Plus", args -> args.get(0).add(args.get(1))),
    MINUS("Subtract", args -> args.get(0).subtract(args.get(1))),
    TIMES("Times", args -> args.get(0).multiply(args.get(1))),
    DIVIDE("Divide", args -> args.get(0).divide(args.get(1))),
    NEGATE("Minus", args -> args.get(0).negate()),
    POWER("Power", args -> power(args.get(0), args.get(1))),
    SQRT("Sqrt", args -> args.get(0).sqrt()),
    /** The real root of a real number where there is one; the second argument is its degree. */
    ROOT("Surd", args -> root(args.get(0), args.get(1))),
    ABS("Abs", args -> args.get(0).abs()),
    FLOOR("Floor", args -> args.get(0).floor()),
    CEIL("Ceiling", args -> args.get(0).ceil()),
    FACTORIAL("Factorial", args -> new Complex(Gamma.gamma(args.get(0).getReal() + 1))),
    BINOMIAL("Binomial", args -> binomial(args.get(0).getReal(), args.get(1).getReal())),
    EXP("Exp", args -> args.get(0).exp()),
    LN("Log", args -> args.get(0).log()),
    /** The logarithm to the base 10. */
    LOG("Log10", args -> args.get(0).log10()),
    SIN("Sin", args -> args.get(0).sin()),
    COS("Cos", args -> args.get(0).cos()),
    TAN("Tan", args -> args.get(0).tan()),
    COT("Cot", args -> args.get(0).tan().reciprocal()),
    SEC("Sec", args -> args.get(0).cos().reciprocal()),
    CSC("Csc", args -> args.get(0).sin().reciprocal()),
    ARCSIN("ArcSin", args -> args.get(0).asin()),
    ARCCOS("ArcCos", args -> args.get(0).acos()),
    ARCTAN("ArcTan", args -> args.get(0).atan()),
    SINH("Sinh", args -> args.get(0).sinh()),
    COSH("Cosh", args -> args.get(0).cosh()),
    TANH("Tanh", args -> args.get(0).tanh());

    private final String symja;
    private final Function<List<Complex>, Complex> value;

    Head(String symja, Function<List<Complex>, Complex> value) {
        this.symja = symja;
        this.value = value;
    }

    String symja() {
        return symja;
    }

    /** The value for these arguments; not finite where it is not defined. */
    Complex value(List<Complex> arguments) {
        return value.apply(arguments);
    }

    /** The function of this name, or null: sin, ln, max is none. */
    static Head function(String name) {
        for (Head head : values()) {
            if (head.ordinal() >= EXP.ordinal() && head.name().toLowerCase(Locale.ROOT).equals(name)) {
                return head;
            }
        }
        return null;
    }

    private static Complex power(Complex base, Complex exponent) {
        if (base.isZero()) {
            return exponent.getReal() > 0 ? Complex.ZERO : exponent.isZero() ? Complex.ONE : Complex.NaN;
        }
        return base.pow(exponent);
    }

    private static Complex root(Complex x, Complex degree) {
        double n = degree.getReal();
        boolean odd = x.getImaginary() == 0 && Math.rint(n) == n && n % 2 != 0;
        return odd && x.getReal() < 0 ? power(x.negate(), degree.reciprocal()).negate() : power(x, degree.reciprocal());
    }

    private static Complex binomial(double n, double k) {
        return new Complex(Gamma.gamma(n + 1) / (Gamma.gamma(k + 1) * Gamma.gamma(n - k + 1)));
    }
}
