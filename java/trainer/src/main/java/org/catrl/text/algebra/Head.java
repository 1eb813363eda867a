package org.catrl.text.algebra;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.hipparchus.complex.Complex;
import org.hipparchus.special.Gamma;

/** Operations and functions: how Symja writes them, and their value in complex numbers. */
enum Head {
    PLUS("Plus", of -> of.get(0).add(of.get(1))),
    MINUS("Subtract", of -> of.get(0).subtract(of.get(1))),
    TIMES("Times", of -> of.get(0).multiply(of.get(1))),
    DIVIDE("Divide", of -> of.get(0).divide(of.get(1))),
    NEGATE("Minus", of -> of.get(0).negate()),
    POWER("Power", of -> power(of.get(0), of.get(1))),
    SQRT("Sqrt", of -> of.get(0).sqrt()),
    /** The real root of a real number where there is one: of degree args[1]. */
    ROOT("Surd", of -> root(of.get(0), of.get(1))),
    ABS("Abs", of -> of.get(0).abs()),
    FLOOR("Floor", of -> of.get(0).floor()),
    CEIL("Ceiling", of -> of.get(0).ceil()),
    FACTORIAL("Factorial", of -> new Complex(Gamma.gamma(of.get(0).getReal() + 1))),
    BINOMIAL("Binomial", of -> binomial(of.get(0).getReal(), of.get(1).getReal())),
    EXP("Exp", of -> of.get(0).exp()),
    LN("Log", of -> of.get(0).log()),
    /** To the base 10. */
    LOG("Log10", of -> of.get(0).log10()),
    SIN("Sin", of -> of.get(0).sin()),
    COS("Cos", of -> of.get(0).cos()),
    TAN("Tan", of -> of.get(0).tan()),
    COT("Cot", of -> of.get(0).tan().reciprocal()),
    SEC("Sec", of -> of.get(0).cos().reciprocal()),
    CSC("Csc", of -> of.get(0).sin().reciprocal()),
    ARCSIN("ArcSin", of -> of.get(0).asin()),
    ARCCOS("ArcCos", of -> of.get(0).acos()),
    ARCTAN("ArcTan", of -> of.get(0).atan()),
    SINH("Sinh", of -> of.get(0).sinh()),
    COSH("Cosh", of -> of.get(0).cosh()),
    TANH("Tanh", of -> of.get(0).tanh());

    private final String symja;
    private final Function<List<Complex>, Complex> value;

    Head(String symja, Function<List<Complex>, Complex> value) {
        this.symja = symja;
        this.value = value;
    }

    String symja() {
        return symja;
    }

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
