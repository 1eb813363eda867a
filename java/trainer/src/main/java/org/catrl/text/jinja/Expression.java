package org.catrl.text.jinja;

import java.util.List;
import java.util.Map;

/** What has a value. */
sealed interface Expression {
    record Literal(Object value) implements Expression { }

    record Name(String name) implements Expression { }

    /** {@code of.name} */
    record Attribute(Expression of, String name) implements Expression { }

    /** {@code of[index]} */
    record Item(Expression of, Expression index) implements Expression { }

    /** {@code of[from:to:step]}; each may be null. */
    record Slice(Expression of, Expression from, Expression to, Expression step) implements Expression { }

    record Arguments(List<Expression> inOrder, Map<String, Expression> named) { }

    record Call(Expression function, Arguments arguments) implements Expression { }

    record Filter(Expression of, String name, Arguments arguments) implements Expression { }

    record Test(Expression of, String name, Arguments arguments, boolean negated) implements Expression { }

    /** {@code not}, {@code -}, {@code +} */
    record Unary(String operator, Expression of) implements Expression { }

    /** Arithmetic, {@code ~}, {@code and}, {@code or} */
    record Binary(String operator, Expression left, Expression right) implements Expression { }

    /** {@code a < b <= c}: operators are one fewer than operands. */
    record Comparison(List<Expression> operands, List<String> operators) implements Expression { }

    /** {@code then if condition else otherwise}; otherwise may be null. */
    record Conditional(Expression condition, Expression then, Expression otherwise) implements Expression { }

    record Sequence(List<Expression> items) implements Expression { }

    record Dictionary(List<Expression> keys, List<Expression> values) implements Expression { }
}
