package org.catrl.text.algebra;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.catrl.text.Fraction;

/** Antiderivatives of sums of powers, sines, cosines and exponentials of the variable; others are refused. */
final class Antiderivative {
    private final String variable;

    /** Antiderivatives over a variable. */
    Antiderivative(String variable) {
        this.variable = variable;
    }

    /** An antiderivative. @throws UnreadableAnswerException where it is not one of the simple ones */
    Expr of(Expr expr) {
        Expr x = new Expr.Sym(variable);
        if (!has(expr)) {
            return Expr.call(Head.TIMES, expr, x);
        }
        if (expr.equals(x)) {
            return power(Fraction.ONE);
        }
        if (!(expr instanceof Expr.Call call)) {
            throw refused();
        }
        Expr first = call.arguments().get(0);
        return switch (call.head()) {
            case NEGATE -> Expr.call(Head.NEGATE, of(first));
            case PLUS, MINUS -> Expr.call(call.head(), of(first), of(call.arguments().get(1)));
            case TIMES -> product(first, call.arguments().get(1));
            case DIVIDE -> Expr.call(Head.DIVIDE, of(first), constant(call.arguments().get(1)));
            case POWER -> power(first, call.arguments().get(1));
            case SIN -> Expr.call(Head.NEGATE, Expr.call(Head.COS, itself(first)));
            case COS -> Expr.call(Head.SIN, itself(first));
            case EXP -> Expr.call(Head.EXP, itself(first));
            default -> throw refused();
        };
    }

    private Expr product(Expr a, Expr b) {
        return has(a) ? Expr.call(Head.TIMES, of(a), constant(b)) : Expr.call(Head.TIMES, a, of(b));
    }

    private Expr power(Expr base, Expr exponent) {
        if (base.equals(new Expr.Sym("e"))) {
            return Expr.call(Head.POWER, base, itself(exponent));
        }
        itself(base);
        // other powers may have a pole on the way
        return Optional.of(exponent).filter(n -> n instanceof Expr.Num).map(n -> ((Expr.Num) n).value())
                .filter(n -> n.signum() >= 0).map(this::power).orElseThrow(Antiderivative::refused);
    }

    private Expr power(Fraction exponent) {
        Expr next = Expr.of(exponent.plus(Fraction.ONE));
        return Expr.call(Head.DIVIDE, Expr.call(Head.POWER, new Expr.Sym(variable), next), next);
    }

    private Expr itself(Expr expr) {
        if (!expr.equals(new Expr.Sym(variable))) {
            throw refused();
        }
        return expr;
    }

    private Expr constant(Expr expr) {
        if (has(expr)) {
            throw refused();
        }
        return expr;
    }

    private boolean has(Expr expr) {
        Set<String> names = new HashSet<>();
        expr.symbols(names);
        return names.contains(variable);
    }

    private static UnreadableAnswerException refused() {
        return new UnreadableAnswerException("an integral that is not simple");
    }
}
