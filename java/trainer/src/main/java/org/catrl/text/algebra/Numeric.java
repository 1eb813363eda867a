package org.catrl.text.algebra;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.catrl.text.Fraction;

/**
 * The value of expressions at one point, with as many digits as asked for. A point where a root, a logarithm or a
 * broken power is taken of a variable's negative or complex value is outside: there it has none. Factorials are of
 * whole numbers.
 */
final class Numeric {
    /** Powers of ten within which values stay. */
    private static final double LARGEST = 400;
    /** The power of ten below which exponents stay. */
    private static final double HIGHEST_POWER = 3.7;
    private static final long HIGHEST_FACTORIAL = 150;
    private static final int MOST_TERMS = 60;
    private static final Set<String> NO_NUMBERS = Set.of("\\infty", "\\emptyset", "\\setR", "\\setZ", "\\setN",
            "\\setQ", "\\setC");

    private final Point point;
    private final Precise precise;
    private final long digits;
    private final Budget budget;
    private final Map<Expr, Boolean> varying = new HashMap<>();
    private double scale = 1;
    private double spread;

    /** Values at a point, with the functions' digits. */
    Numeric(Point point, Precise precise, Budget budget) {
        this.point = point;
        this.precise = precise;
        this.digits = precise.digits().getPrecision();
        this.budget = budget;
    }

    /** The value; empty where it is not defined, or something in it is too large. */
    Optional<Complex> of(Expr expr) {
        try {
            return Optional.of(value(expr));
        } catch (Outside | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** The largest power of ten met so far: errors are in proportion to it. */
    double scale() {
        return scale;
    }

    /** How many powers of ten the values met so far lie apart from 1, all together: differences may be as small. */
    double spread() {
        return spread;
    }

    private Complex value(Expr expr) {
        long cost = 1 + digits * digits / 40_000;
        if (expr instanceof Expr.Num number) {
            budget.spend(5 * cost);
            return noted(number(number.value()));
        }
        if (expr instanceof Expr.Sym symbol) {
            budget.spend(5 * cost);
            check(!NO_NUMBERS.contains(symbol.name()));
            return noted(Constant.of(symbol.name()).map(this::constant)
                    .orElseGet(() -> number(point.of(symbol.name()))));
        }
        if (expr instanceof Expr.Series series) {
            return noted(series(series));
        }
        Expr.Call call = (Expr.Call) expr;
        budget.spend(call.head().compareTo(Head.SQRT) < 0 && call.head() != Head.POWER ? 5 * cost : 100 * cost);
        List<Complex> arguments = new ArrayList<>();
        call.arguments().forEach(argument -> arguments.add(value(argument)));
        return noted(value(call, arguments));
    }

    private Complex noted(Complex value) {
        double size = value.size();
        if (size > LARGEST || size < -LARGEST && size > -1e8) {
            throw new Outside();
        }
        scale = Math.max(scale, size);
        spread += size < -1e8 ? 0 : Math.abs(size);
        return value;
    }

    private Complex number(Fraction value) {
        BigDecimal over = new BigDecimal(value.over());
        return Complex.of(value.whole() ? over.round(precise.digits())
                : over.divide(new BigDecimal(value.under()), precise.digits()));
    }

    private Complex constant(Constant constant) {
        return switch (constant) {
            case PI -> Complex.of(precise.pi());
            case E -> Complex.of(precise.exp(BigDecimal.ONE));
            case I -> Complex.I;
        };
    }

    private Complex series(Expr.Series series) {
        long from = whole(value(series.from()));
        long to = whole(value(series.to()));
        check(to - from <= MOST_TERMS && to >= from - 1);
        Complex sum = series.product() ? Complex.ONE : Complex.ZERO;
        for (long i = from; i <= to; i++) {
            Complex term = value(series.term().with(series.index(), Expr.of(i)));
            sum = series.product() ? sum.times(term, precise) : sum.plus(term, precise);
        }
        return sum;
    }

    private static long whole(Complex value) {
        check(value.isWhole() && value.size() < 9);
        return value.real().longValueExact();
    }

    private Complex value(Expr.Call call, List<Complex> args) {
        Complex x = args.get(0);
        return switch (call.head()) {
            case PLUS -> x.plus(args.get(1), precise);
            case MINUS -> x.minus(args.get(1), precise);
            case TIMES -> x.times(args.get(1), precise);
            case DIVIDE -> x.over(args.get(1), precise);
            case NEGATE -> x.negate();
            case POWER -> power(call, x, args.get(1));
            case SQRT -> inside(call, x).sqrt(precise);
            case ROOT -> root(call, x, args.get(1));
            case LN -> inside(call, x).ln(precise);
            case LOG -> inside(call, x).ln(precise).over(Complex.of(precise.ln(BigDecimal.TEN)), precise);
            case ABS -> x.abs(precise);
            case FLOOR -> rounded(x, RoundingMode.FLOOR);
            case CEIL -> rounded(x, RoundingMode.CEILING);
            case MAX -> Complex.of(args.stream().map(Numeric::real).reduce(BigDecimal::max).orElseThrow());
            case MIN -> Complex.of(args.stream().map(Numeric::real).reduce(BigDecimal::min).orElseThrow());
            case GCD, LCM -> throw new Outside();
            case FACTORIAL -> factorial(x);
            case BINOMIAL -> binomial(x, args.get(1));
            default -> function(call.head(), x);
        };
    }

    private Complex function(Head head, Complex x) {
        check(x.size() < 3);
        return switch (head) {
            case EXP -> x.exp(precise);
            case SIN -> x.sin(precise);
            case COS -> x.cos(precise);
            case TAN -> x.sin(precise).over(x.cos(precise), precise);
            case COT -> x.cos(precise).over(x.sin(precise), precise);
            case SEC -> Complex.ONE.over(x.cos(precise), precise);
            case CSC -> Complex.ONE.over(x.sin(precise), precise);
            case ARCSIN -> x.arcsin(precise);
            case ARCCOS -> Complex.of(precise.pi()).over(Complex.of(BigDecimal.valueOf(2)), precise)
                    .minus(x.arcsin(precise), precise);
            case ARCTAN -> x.arctan(precise);
            case SINH -> x.sinh(precise);
            case COSH -> x.cosh(precise);
            case TANH -> x.sinh(precise).over(x.cosh(precise), precise);
            default -> throw new IllegalStateException(head.name());
        };
    }

    private Complex power(Expr.Call call, Complex base, Complex exponent) {
        check(exponent.size() < HIGHEST_POWER);
        if (base.isZero()) {
            check(exponent.isReal() && (exponent.real().signum() > 0 || exponent.isZero()));
            return exponent.isZero() ? Complex.ONE : Complex.ZERO;
        }
        check(Math.abs(base.size()) * Math.max(1, Math.pow(10, exponent.size())) < 2 * LARGEST);
        return exponent.isWhole() ? base.power(whole(exponent), precise)
                : inside(call, base).power(exponent, precise);
    }

    private Complex root(Expr.Call call, Complex x, Complex degree) {
        long n = whole(degree);
        check(n != 0 && !x.isZero());
        Complex power = Complex.ONE.over(degree, precise);
        boolean mirrored = n % 2 != 0 && x.isReal() && x.real().signum() < 0;
        return mirrored ? x.negate().power(power, precise).negate() : inside(call, x).power(power, precise);
    }

    /** The value that a root or a logarithm is taken of: positive where variables are in it. */
    private Complex inside(Expr.Call call, Complex value) {
        check(call.arguments().stream().noneMatch(this::varies) || value.isReal() && value.real().signum() >= 0);
        return value;
    }

    private boolean varies(Expr expr) {
        return varying.computeIfAbsent(expr, Numeric::hasVariables);
    }

    /** Whether there are names in it that are no constants. */
    static boolean hasVariables(Expr expr) {
        Set<String> names = new HashSet<>();
        expr.symbols(names);
        return names.stream().anyMatch(name -> Constant.of(name).isEmpty());
    }

    private Complex factorial(Complex n) {
        long last = whole(n);
        check(last >= 0 && last <= HIGHEST_FACTORIAL);
        BigInteger product = BigInteger.ONE;
        for (long i = 2; i <= last; i++) {
            product = product.multiply(BigInteger.valueOf(i));
        }
        return Complex.of(new BigDecimal(product).round(precise.digits()));
    }

    private Complex binomial(Complex n, Complex k) {
        long some = whole(k);
        check(some >= 0 && some <= HIGHEST_FACTORIAL && n.isReal() && n.real().signum() >= 0);
        Complex product = Complex.ONE;
        for (long i = 0; i < some; i++) {
            product = product.times(n.minus(Complex.of(BigDecimal.valueOf(i)), precise), precise)
                    .over(Complex.of(BigDecimal.valueOf(i + 1)), precise);
        }
        return product;
    }

    private static BigDecimal real(Complex value) {
        check(value.isReal());
        return value.real();
    }

    /** The whole number below or above; none where only the last digits say that the value is not whole itself. */
    private Complex rounded(Complex value, RoundingMode mode) {
        BigDecimal x = real(value);
        BigDecimal away = x.subtract(x.setScale(0, RoundingMode.HALF_EVEN));
        check(away.signum() == 0 || Precise.size(away) > -digits / 2.0);
        return Complex.of(x.setScale(0, mode));
    }

    private static void check(boolean inside) {
        if (!inside) {
            throw new Outside();
        }
    }

    /** The expression has no value here. No stack trace: this is an ordinary way out. */
    private static final class Outside extends RuntimeException {
        private static final long serialVersionUID = 1;

        Outside() {
            super(null, null, false, false);
        }
    }
}
