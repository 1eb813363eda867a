package org.catrl.text.jinja;

import java.util.List;
import java.util.Map;

/** A part of a template that has a value. */
sealed interface Expression {
    /** A value as it is written: str, int, float, True, False, None. */
    record Literal(Object value) implements Expression { }

    /** A variable. */
    record Name(String name) implements Expression { }

    /** An attribute, {@code object.name}. */
    record Attribute(Expression object, String name) implements Expression { }

    /** An element, {@code container[index]}. */
    record Item(Expression container, Expression index) implements Expression { }

    /** A slice, {@code container[start:stop:step]}; each of the three may be null. */
    record Slice(Expression container, Expression start, Expression stop, Expression step) implements Expression { }

    /** What a call hands over. */
    record Arguments(List<Expression> inOrder, Map<String, Expression> named) { }

    /** A call, {@code function(arguments)}. */
    record Call(Expression function, Arguments arguments) implements Expression { }

    /** A filter, {@code input|name(arguments)}; the input is null where a block's text is filtered. */
    record Filter(Expression input, String name, Arguments arguments) implements Expression { }

    /** A test, {@code input is name(arguments)}, or {@code is not}. */
    record Test(Expression input, String name, Arguments arguments, boolean negated) implements Expression { }

    /** An operation with one operand: {@code not}, {@code -}, {@code +}. */
    record Unary(String operator, Expression operand) implements Expression { }

    /** An operation with two operands: arithmetic, {@code ~}, {@code and}, {@code or}. */
    record Binary(String operator, Expression left, Expression right) implements Expression { }

    /** A chain of comparisons, {@code a < b <= c}: operators are one fewer than operands. */
    record Comparison(List<Expression> operands, List<String> operators) implements Expression { }

    /** A choice, {@code then if condition else otherwise}; otherwise may be null. */
    record Conditional(Expression condition, Expression then, Expression otherwise) implements Expression { }

    /** A list, {@code [a, b]}, or a tuple, {@code (a, b)}. */
    record Sequence(List<Expression> items, boolean tuple) implements Expression { }

    /** A dict, <code>{key: value}</code>; as many values as keys, in order. */
    record Dictionary(List<Expression> keys, List<Expression> values) implements Expression { }
}
