package org.catrl.text.algebra;

import java.util.List;
import java.util.Set;
import org.hipparchus.fraction.BigFraction;

/** A scalar expression. */
sealed interface Expr {
    /**
     * An exact number.
     *
     * @param value    the number
     * @param decimals digits after the point as it was written; 0 of an integer or a fraction
     */
    record Num(BigFraction value, int decimals) implements Expr { }

    /** A variable, or a name that stands for itself alone. */
    record Sym(String name) implements Expr { }

    /** A function or an operation. */
    record Call(Head head, List<Expr> arguments) implements Expr {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /** A whole number. */
    static Expr of(long value) {
        return new Num(new BigFraction(value), 0);
    }

    /** A call of the head's function; as many arguments as it takes. */
    static Expr call(Head head, Expr... arguments) {
        return new Call(head, List.of(arguments));
    }

    /** Adds the names of all variables to the set. */
    default void symbols(Set<String> into) {
        if (this instanceof Sym symbol) {
            into.add(symbol.name);
        } else if (this instanceof Call call) {
            call.arguments.forEach(argument -> argument.symbols(into));
        }
    }
}
