package org.catrl.text.algebra;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.hipparchus.complex.Complex;
import org.hipparchus.fraction.BigFraction;

/**
 * Whether two answers are the same. Numbers that differ decide at once; numbers that agree are a reason to look for a
 * proof, and without one the answers count as different.
 */
final class Equality {
    private static final int POINTS = 3;
    private static final int TRIED = 8;
    private static final double CLOSE = 1e-9;
    /** Decimals from which on a decimal stands for what it rounds. */
    private static final int ROUNDED_DECIMALS = 10;

    private final BiPredicate<Expr, Expr> proved;
    private final BiPredicate<Expr, Expr> provedProportional;

    /**
     * Equality by the given proofs.
     *
     * @param proved             whether two expressions are the same
     * @param provedProportional whether one is a constant times the other
     */
    Equality(BiPredicate<Expr, Expr> proved, BiPredicate<Expr, Expr> provedProportional) {
        this.proved = proved;
        this.provedProportional = provedProportional;
    }

    /** Whether two answers are the same. */
    boolean same(Answer first, Answer second) {
        Answer a = interval(first, second);
        Answer b = interval(second, first);
        if (a instanceof Answer.Relation left && b instanceof Answer.Relation right) {
            return relations(left, right) || assigned(left).isPresent() && assigned(right).isPresent()
                    && left.sides().get(0).equals(right.sides().get(0))
                    && same(assigned(left).get(), assigned(right).get());
        }
        if (a instanceof Answer.Relation left) {
            return assigned(left).filter(value -> same(value, b)).isPresent();
        }
        if (b instanceof Answer.Relation right) {
            return assigned(right).filter(value -> same(a, value)).isPresent();
        }
        if (a instanceof Answer.Value x && b instanceof Answer.Value y) {
            return same(x.expr(), y.expr());
        }
        if (a instanceof Answer.Items x && b instanceof Answer.Items y) {
            return x.unordered() == y.unordered() && (x.unordered() ? inAnyOrder(x.items(), y.items())
                    : x.open().equals(y.open()) && x.close().equals(y.close()) && inOrder(x.items(), y.items()));
        }
        if (a instanceof Answer.Union x && b instanceof Answer.Union y) {
            return inAnyOrder(x.parts(), y.parts());
        }
        return a instanceof Answer.Matrix x && b instanceof Answer.Matrix y && x.rows().size() == y.rows().size()
                && IntStream.range(0, x.rows().size()).allMatch(row -> inOrder(x.rows().get(row), y.rows().get(row)));
    }

    /** The interval (a, b] that {@code a < x <= b} is, where the other answer is no such chain. */
    private static Answer interval(Answer answer, Answer other) {
        if (!(answer instanceof Answer.Relation given) || given.operators().size() != 2
                || other instanceof Answer.Relation chain && chain.operators().size() == 2) {
            return answer;
        }
        Answer.Relation chain = oriented(given);
        boolean bounds = chain.operators().stream().allMatch(operator -> operator.startsWith("<"));
        return !bounds || !isName(chain.sides().get(1)) ? answer
                : new Answer.Items(chain.operators().get(0).equals("<") ? "(" : "[",
                        chain.operators().get(1).equals("<") ? ")" : "]",
                        List.of(chain.sides().get(0), chain.sides().get(2)));
    }

    private boolean inOrder(List<Answer> a, List<Answer> b) {
        return a.size() == b.size() && IntStream.range(0, a.size()).allMatch(i -> same(a.get(i), b.get(i)));
    }

    private boolean inAnyOrder(List<Answer> a, List<Answer> b) {
        List<Answer> left = new ArrayList<>(b);
        return a.size() == b.size() && a.stream().allMatch(answer -> {
            int match = IntStream.range(0, left.size()).filter(i -> same(answer, left.get(i))).findFirst().orElse(-1);
            return match >= 0 && left.remove(match) != null;
        });
    }

    /** What the name stands for in x = 5, in a chain of equations that starts with a name, and in x in S. */
    private static Optional<Answer> assigned(Answer.Relation relation) {
        boolean assigns = relation.operators().stream().allMatch("="::equals)
                || relation.operators().equals(List.of("in"));
        return assigns && isName(relation.sides().get(0))
                ? Optional.of(relation.sides().get(relation.sides().size() - 1)) : Optional.empty();
    }

    private static boolean isName(Answer side) {
        if (side instanceof Answer.Items items) {
            return !items.unordered() && items.items().stream().allMatch(Equality::isName);
        }
        return side instanceof Answer.Value value && isName(value.expr());
    }

    /** Whether the expression is a variable, a product of variables (a side's two end points) or their ratio. */
    private static boolean isName(Expr expr) {
        return expr instanceof Expr.Sym symbol
                ? Constant.of(symbol.name()).filter(constant -> constant != Constant.E).isEmpty()
                : expr instanceof Expr.Call call && (call.head() == Head.TIMES || call.head() == Head.DIVIDE)
                        && call.arguments().stream().allMatch(Equality::isName);
    }

    private boolean relations(Answer.Relation a, Answer.Relation b) {
        Answer.Relation x = oriented(a);
        Answer.Relation y = oriented(b);
        if (!x.operators().equals(y.operators())) {
            return false;
        }
        if (inOrder(x.sides(), y.sides())) {
            return true;
        }
        String operator = x.operators().get(0);
        if (x.operators().size() > 1 || operator.equals("in")) {
            return false;
        }
        Optional<Expr> left = difference(x);
        Optional<Expr> right = difference(y);
        return left.isPresent() && right.isPresent()
                && proportional(left.get(), right.get(), operator.startsWith("<"));
    }

    /** The relation with {@code <} and {@code <=} instead of {@code >} and {@code >=}. */
    private static Answer.Relation oriented(Answer.Relation relation) {
        if (!relation.operators().stream().allMatch(operator -> operator.startsWith(">"))) {
            return relation;
        }
        List<Answer> sides = new ArrayList<>();
        List<String> operators = new ArrayList<>();
        for (int i = relation.sides().size() - 1; i >= 0; i--) {
            sides.add(relation.sides().get(i));
        }
        for (int i = relation.operators().size() - 1; i >= 0; i--) {
            operators.add(relation.operators().get(i).replace('>', '<'));
        }
        return new Answer.Relation(sides, operators);
    }

    private static Optional<Expr> difference(Answer.Relation relation) {
        return relation.sides().get(0) instanceof Answer.Value left
                && relation.sides().get(1) instanceof Answer.Value right
                ? Optional.of(Expr.call(Head.MINUS, left.expr(), right.expr())) : Optional.empty();
    }

    private boolean proportional(Expr a, Expr b, boolean positive) {
        Complex ratio = null;
        int points = 0;
        for (int point = 0; point < TRIED && points < POINTS; point++) {
            Complex x = new Numeric(point).of(a);
            Complex y = new Numeric(point).of(b);
            if (!finite(x) || !finite(y) || y.isZero() || x.isZero()) {
                continue;
            }
            Complex here = x.divide(y);
            if (ratio != null && !close(ratio, here)
                    || positive && (here.getReal() <= 0 || Math.abs(here.getImaginary()) > CLOSE)) {
                return false;
            }
            ratio = here;
            points++;
        }
        return points > 0 && variables(a, b) && provedProportional.test(a, b);
    }

    private boolean same(Expr a, Expr b) {
        Optional<BigFraction> x = Exact.of(a);
        Optional<BigFraction> y = Exact.of(b);
        if (x.isPresent() && y.isPresent()) {
            return x.get().equals(y.get()) || rounds(a, y.get().doubleValue()) || rounds(b, x.get().doubleValue());
        }
        int points = 0;
        boolean variables = variables(a, b);
        for (int point = 0; point < TRIED && points < (variables ? POINTS : 1); point++) {
            Complex left = new Numeric(point).of(a);
            Complex right = new Numeric(point).of(b);
            if (finite(left) && finite(right)) {
                if (!variables && (rounds(a, right.getReal()) || rounds(b, left.getReal()))) {
                    return true;
                }
                if (!close(left, right)) {
                    return false;
                }
                points++;
            }
        }
        return a.equals(b) || points > 0 && proved.test(a, b);
    }

    /** Whether a long decimal is a value rounded or cut to its digits. */
    private static boolean rounds(Expr decimal, double value) {
        Expr unsigned = decimal instanceof Expr.Call call && call.head() == Head.NEGATE
                ? call.arguments().get(0) : decimal;
        if (!(unsigned instanceof Expr.Num number) || number.decimals() < ROUNDED_DECIMALS) {
            return false;
        }
        double written = number.value().doubleValue() * (unsigned == decimal ? 1 : -1);
        return Math.abs(written - value) <= Math.pow(10, -number.decimals()) + Math.ulp(value) * 4;
    }

    private static boolean variables(Expr a, Expr b) {
        Set<String> names = new HashSet<>();
        a.symbols(names);
        b.symbols(names);
        return names.stream().anyMatch(name -> Constant.of(name).isEmpty());
    }

    private static boolean finite(Complex value) {
        return !value.isNaN() && !value.isInfinite();
    }

    private static boolean close(Complex a, Complex b) {
        return a.subtract(b).norm() <= CLOSE * Math.max(1e-3, Math.max(a.norm(), b.norm()));
    }
}
