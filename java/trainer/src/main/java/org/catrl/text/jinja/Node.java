package org.catrl.text.jinja;

import java.util.List;

/** A part of a template. */
sealed interface Node {
    record Text(String text) implements Node { }

    record Print(Expression value, int line) implements Node { }

    /** Conditions and their bodies, in order; {@code otherwise} may be empty. */
    record If(List<Expression> conditions, List<List<Node>> bodies, List<Node> otherwise, int line) implements Node { }

    /** {@code filter} may be null. */
    record For(List<String> targets, Expression over, Expression filter, List<Node> body, List<Node> otherwise, int line)
            implements Node { }

    /** {@code set a, b = value} */
    record Assign(List<String> targets, Expression value, int line) implements Node { }

    /** {@code set space.name = value} */
    record AssignAttribute(String space, String name, Expression value, int line) implements Node { }

    /** {@code set a}body{@code endset}; filters are {@link Expression.Filter}s around null. */
    record AssignBody(String target, List<Node> body, List<Expression.Filter> filters, int line) implements Node { }

    record FilterBody(List<Node> body, List<Expression.Filter> filters, int line) implements Node { }

    /** {@code defaults} belong to the last parameters. */
    record Macro(String name, List<String> parameters, List<Expression> defaults, List<Node> body) implements Node { }

    /** {@code with a = value}body{@code endwith}, and a body of its own scope. */
    record With(List<String> names, List<Expression> values, List<Node> body, int line) implements Node { }

    record Break() implements Node { }

    record Continue() implements Node { }
}
