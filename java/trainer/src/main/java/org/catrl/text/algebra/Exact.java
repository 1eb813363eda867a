package org.catrl.text.algebra;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.catrl.text.Fraction;

/** Rational arithmetic: what an expression of numbers alone comes to. */
final class Exact {
    private static final int HIGHEST_POWER = 10_000;
    private static final int HIGHEST_FACTORIAL = 1000;
    private static final int MOST_TERMS = 1000;

    private final Budget budget;

    /** Arithmetic within a budget. */
    Exact(Budget budget) {
        this.budget = budget;
    }

    /** The value, empty where there are variables, roots that do not come out here, or numbers too large. */
    Optional<Fraction> of(Expr expr) {
        try {
            return value(expr);
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
    }

    private Optional<Fraction> value(Expr expr) {
        budget.spend(4);
        if (expr instanceof Expr.Num number) {
            return Optional.of(number.value());
        }
        if (expr instanceof Expr.Series series) {
            return series(series);
        }
        if (!(expr instanceof Expr.Call call)) {
            return Optional.empty();
        }
        List<Fraction> arguments = new ArrayList<>();
        for (Expr argument : call.arguments()) {
            Optional<Fraction> value = value(argument);
            if (value.isEmpty()) {
                return value;
            }
            arguments.add(value.get());
        }
        return value(call.head(), arguments);
    }

    private Optional<Fraction> series(Expr.Series series) {
        Optional<Fraction> from = value(series.from());
        Optional<Fraction> to = value(series.to());
        if (from.isEmpty() || to.isEmpty() || !from.get().whole() || !to.get().whole()
                || to.get().minus(from.get()).compareTo(Fraction.of(MOST_TERMS)) > 0) {
            return Optional.empty();
        }
        Fraction sum = Fraction.of(series.product() ? 1 : 0);
        for (Fraction i = from.get(); i.compareTo(to.get()) <= 0; i = i.plus(Fraction.ONE)) {
            Optional<Fraction> term = value(series.term().with(series.index(), Expr.of(i)));
            if (term.isEmpty()) {
                return term;
            }
            sum = series.product() ? sum.times(term.get()) : sum.plus(term.get());
        }
        return Optional.of(sum);
    }

    private Optional<Fraction> value(Head head, List<Fraction> args) {
        return switch (head) {
            case PLUS -> Optional.of(args.get(0).plus(args.get(1)));
            case MINUS -> Optional.of(args.get(0).minus(args.get(1)));
            case TIMES -> Optional.of(args.get(0).times(args.get(1)));
            case DIVIDE -> Optional.of(args.get(0).times(args.get(1).inverse()));
            case NEGATE -> Optional.of(args.get(0).negated());
            case ABS -> Optional.of(args.get(0).signum() < 0 ? args.get(0).negated() : args.get(0));
            case FLOOR -> Optional.of(args.get(0).floor());
            case CEIL -> Optional.of(args.get(0).negated().floor().negated());
            case MAX -> args.stream().max(Comparator.naturalOrder());
            case MIN -> args.stream().min(Comparator.naturalOrder());
            case GCD, LCM -> divisor(head, args);
            case POWER -> whole(args.get(1), HIGHEST_POWER).map(args.get(0)::power);
            case FACTORIAL -> whole(args.get(0), HIGHEST_FACTORIAL).filter(n -> n >= 0).map(this::factorial);
            case BINOMIAL -> whole(args.get(1), HIGHEST_FACTORIAL).filter(k -> k >= 0)
                    .map(k -> binomial(args.get(0), k));
            default -> Optional.empty();
        };
    }

    private static Optional<Integer> whole(Fraction value, int largest) {
        return Optional.of(value).filter(Fraction::whole).filter(number -> number.over().bitLength() < 31)
                .map(number -> number.over().intValue()).filter(number -> Math.abs(number) <= largest);
    }

    private Fraction factorial(int n) {
        budget.spend(n);
        Fraction product = Fraction.ONE;
        for (int i = 2; i <= n; i++) {
            product = product.times(Fraction.of(i));
        }
        return product;
    }

    private Fraction binomial(Fraction n, int k) {
        budget.spend(k);
        Fraction product = Fraction.ONE;
        for (int i = 0; i < k; i++) {
            product = product.times(n.minus(Fraction.of(i))).times(Fraction.of(i + 1).inverse());
        }
        return product;
    }

    private static Optional<Fraction> divisor(Head head, List<Fraction> args) {
        if (!args.stream().allMatch(arg -> arg.whole() && arg.signum() > 0)) {
            return Optional.empty();
        }
        BigInteger result = args.get(0).over();
        for (Fraction arg : args) {
            BigInteger common = result.gcd(arg.over());
            result = head == Head.GCD ? common : result.multiply(arg.over()).divide(common);
        }
        return Optional.of(Fraction.of(result, BigInteger.ONE));
    }
}
