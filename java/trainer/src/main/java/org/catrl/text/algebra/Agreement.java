package org.catrl.text.algebra;

import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Whether two expressions have the same value wherever both have one. What is refuted at one point is refuted. What is
 * accepted agrees at every point tried, and there to more digits than the numbers in the two can lie apart: first to
 * 40 and more, then to more than twice as many; small differences that are written, as of 1 + 10^{-15}, raise both.
 * Signs and sizes of the variables differ from point to point, so that |x| is not x, and (-1)^n is compared at whole
 * numbers, where it has a value.
 */
final class Agreement {
    private static final int DIGITS = 60;
    private static final int MARGIN = 20;
    /** Powers of ten below the largest value from which on a difference is one beyond doubt. */
    private static final double SURELY = 12;
    private static final double WIDEST = 500;
    /** Points at which twice the digits are asked for, and the fewest that must have a value. */
    private static final int CLOSELY = 3;
    private static final int FEWEST = 3;

    /** The powers of ten between which the farthest points lie. */
    private static final int NEAREST_FAR = 8;
    private static final int FARTHEST = 60;

    private static final Set<Head> STEPS = EnumSet.of(Head.FLOOR, Head.CEIL);
    private static final Set<Head> SIZES = EnumSet.of(Head.ABS);

    private final Budget budget;
    private final Map<Integer, Precise> precise = new HashMap<>();

    /** Comparisons within a budget. */
    Agreement(Budget budget) {
        this.budget = budget;
    }

    /** Whether two expressions are the same. */
    boolean same(Expr a, Expr b) {
        boolean variables = Numeric.hasVariables(a) || Numeric.hasVariables(b);
        int far = Math.max(far(a), far(b));
        boolean steps = variables && (has(a, STEPS) || has(b, STEPS));
        int met = 0;
        int between = 0; // points met that are no whole numbers
        for (int number = 0; number < (!variables ? 1 : steps || between == 0 ? Point.MORE : Point.ALL); number++) {
            Optional<Boolean> agrees = agrees(a, b, new Point(number, far), !variables || met < CLOSELY);
            if (agrees.isPresent() && !agrees.get()) {
                return false;
            }
            met += agrees.isPresent() ? 1 : 0;
            between += agrees.isPresent() && !new Point(number, far).whole() ? 1 : 0;
        }
        return met >= (variables ? FEWEST : 1) && !(variables && narrower(a, b));
    }

    /** Whether one takes sizes, as ln |x| does, of values where the other has none. */
    private boolean narrower(Expr a, Expr b) {
        boolean sized = has(a, SIZES);
        if (sized == has(b, SIZES)) {
            return false;
        }
        return IntStream.range(0, Point.ALL).filter(number -> number % 4 == 1)
                .mapToObj(number -> numeric(new Point(number, NEAREST_FAR), DIGITS))
                .anyMatch(at -> at.of(sized ? a : b).isPresent() && at.of(sized ? b : a).isEmpty());
    }

    private static boolean has(Expr expr, Set<Head> heads) {
        return expr instanceof Expr.Call call && (heads.contains(call.head())
                || call.arguments().stream().anyMatch(argument -> has(argument, heads)))
                || expr instanceof Expr.Series series && has(series.term(), heads);
    }

    /** A power of ten beyond all numbers in an expression. */
    private int far(Expr expr) {
        if (!Numeric.hasVariables(expr)) {
            double size = numeric(new Point(0, NEAREST_FAR), DIGITS).of(expr).map(Complex::size).orElse(0.0);
            return (int) Math.max(NEAREST_FAR, Math.min(FARTHEST, size + 2));
        }
        return expr instanceof Expr.Call call ? call.arguments().stream().mapToInt(this::far).max().orElse(NEAREST_FAR)
                : NEAREST_FAR;
    }

    /** Whether one expression is a constant times the other; a positive one where that is asked for. */
    boolean proportional(Expr a, Expr b, boolean positive) {
        if (!Numeric.hasVariables(a) || !Numeric.hasVariables(b)) {
            return false;
        }
        Optional<Expr> factor = Optional.empty();
        for (int number = 0; number < Point.ALL && factor.isEmpty(); number++) {
            Point point = new Point(number, NEAREST_FAR);
            Optional<Expr> x = at(a, point);
            Optional<Expr> y = at(b, point);
            if (x.isPresent() && y.isPresent()) {
                factor = quotient(x.get(), y.get(), positive);
            }
        }
        return factor.isPresent() && same(a, Expr.call(Head.TIMES, factor.get(), b));
    }

    /** The expression with its variables' values at the point, where that is a number other than 0. */
    private Optional<Expr> at(Expr expr, Point point) {
        Set<String> names = new TreeSet<>();
        expr.symbols(names);
        Expr placed = expr;
        for (String name : names) {
            placed = Constant.of(name).isPresent() ? placed : placed.with(name, Expr.of(point.of(name)));
        }
        Expr value = placed;
        return numeric(point, DIGITS).of(expr).filter(number -> number.size() > -30)
                .map(number -> value);
    }

    private Optional<Expr> quotient(Expr x, Expr y, boolean positive) {
        Expr quotient = Expr.call(Head.DIVIDE, x, y);
        Optional<Complex> value = numeric(new Point(0, NEAREST_FAR), DIGITS).of(quotient);
        boolean good = value.isPresent() && (!positive || value.get().isReal()
                && value.get().real().signum() > 0);
        return good ? new Exact(budget).of(quotient).map(Expr::of).or(() -> Optional.of(quotient)) : Optional.empty();
    }

    /** Whether two expressions agree at a point; empty where one of them has no value there. */
    private Optional<Boolean> agrees(Expr a, Expr b, Point point, boolean closely) {
        Difference first = difference(a, b, point, DIGITS);
        if (first == null) {
            return Optional.empty();
        }
        if (!closely || first.size > first.scale - SURELY) {
            return Optional.of(first.agrees(0));
        }
        if (first.spread > WIDEST) {
            return Optional.empty();
        }
        int digits = DIGITS + (int) Math.ceil(2 * first.spread);
        return Optional.of(stillAgree(a, b, point, digits, first.spread)
                && stillAgree(a, b, point, 2 * digits, first.spread));
    }

    private boolean stillAgree(Expr a, Expr b, Point point, int digits, double apart) {
        Difference difference = difference(a, b, point, digits);
        return difference != null && difference.agrees(apart);
    }

    private Difference difference(Expr a, Expr b, Point point, int digits) {
        Numeric numeric = numeric(point, digits);
        Optional<Complex> x = numeric.of(a);
        Optional<Complex> y = x.isEmpty() ? x : numeric.of(b);
        return y.isEmpty() ? null : new Difference(x.get().minus(y.get(), precise.get(digits)).size(), numeric.scale(),
                numeric.spread(), digits);
    }

    /**
     * How far apart two values are, in powers of ten.
     *
     * @param size   the difference's
     * @param scale  that of the largest value on the way
     * @param spread what the values on the way lie apart from 1, all together
     */
    private record Difference(double size, double scale, double spread, int digits) {
        boolean agrees(double apart) {
            return size < scale + apart / 2 - (digits - MARGIN);
        }
    }

    /** The value to 60 digits, where it is a real number. */
    Optional<BigDecimal> real(Expr expr) {
        return numeric(new Point(0, NEAREST_FAR), DIGITS).of(expr)
                .filter(value -> Precise.size(value.imaginary()) < -40)
                .map(Complex::real);
    }

    private Numeric numeric(Point point, int digits) {
        return new Numeric(point, precise.computeIfAbsent(digits, Precise::new), budget);
    }
}
