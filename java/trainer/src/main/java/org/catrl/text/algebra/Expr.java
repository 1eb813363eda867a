package org.catrl.text.algebra;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.catrl.text.Fraction;

/** A scalar expression. */
sealed interface Expr {
    /**
     * An exact number.
     *
     * @param value    the number
     * @param decimals its digits as they were written, where it is a decimal; "" of an integer or a fraction
     */
    record Num(Fraction value, String decimals) implements Expr { }

    /** A variable, or a name that stands for itself alone. */
    record Sym(String name) implements Expr { }

    /** A function or an operation. */
    record Call(Head head, List<Expr> arguments) implements Expr {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /**
     * A sum or a product over an index.
     *
     * @param product whether it is a product
     * @param index   the name of the index
     */
    record Series(boolean product, String index, Expr from, Expr to, Expr term) implements Expr { }

    /** A whole number. */
    static Expr of(long value) {
        return of(Fraction.of(value));
    }

    /** A number that was not written as a decimal. */
    static Expr of(Fraction value) {
        return new Num(value, "");
    }

    /** A call of the head's function; as many arguments as it takes. */
    static Expr call(Head head, Expr... arguments) {
        return new Call(head, List.of(arguments));
    }

    /** Adds the names of all variables and constants to the set, those of indices left out. */
    default void symbols(Set<String> into) {
        if (this instanceof Sym symbol) {
            into.add(symbol.name);
        } else if (this instanceof Call call) {
            call.arguments.forEach(argument -> argument.symbols(into));
        } else if (this instanceof Series series) {
            series.term.symbols(into);
            into.remove(series.index);
            series.from.symbols(into);
            series.to.symbols(into);
        }
    }

    /** The expression with another one in the place of a variable. */
    default Expr with(String variable, Expr value) {
        if (this instanceof Call call) {
            return new Call(call.head,
                    call.arguments.stream().map(argument -> argument.with(variable, value)).toList());
        } else if (this instanceof Series series) {
            return new Series(series.product, series.index, series.from.with(variable, value),
                    series.to.with(variable, value),
                    series.index.equals(variable) ? series.term : series.term.with(variable, value));
        }
        return this instanceof Sym symbol && symbol.name.equals(variable) ? value : this;
    }

    /** The expression in one fixed notation, for names only: calls and numbers. */
    default String text() {
        if (this instanceof Num number) {
            return number.value.toString();
        } else if (this instanceof Call call) {
            return call.head + call.arguments.stream().map(Expr::text).collect(Collectors.joining(",", "(", ")"));
        } else if (this instanceof Series series) {
            return "series(" + series.index + "," + series.from.text() + "," + series.to.text() + ","
                    + series.term.text() + "," + series.product + ")";
        }
        return ((Sym) this).name;
    }
}
