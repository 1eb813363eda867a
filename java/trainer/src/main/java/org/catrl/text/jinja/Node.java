package org.catrl.text.jinja;

import java.util.List;
import java.util.Set;

/** A part of a template. */
sealed interface Node {
    /** Text that is printed as it stands. */
    record Text(String text) implements Node { }

    /** A value that is printed, {@code {{ value }}}. */
    record Print(Expression value, int line) implements Node { }

    /** A choice: conditions and their bodies, in order; {@code otherwise} may be empty. */
    record If(List<Expression> conditions, List<List<Node>> bodies, List<Node> otherwise, int line) implements Node { }

    /** A loop; {@code filter} may be null. */
    record For(List<String> targets, Expression over, Expression filter, List<Node> body, List<Node> otherwise,
               int line) implements Node { }

    /** An assignment, {@code set a, b = value}. */
    record Assign(List<String> targets, Expression value, int line) implements Node { }

    /** An assignment to a namespace's attribute, {@code set space.name = value}. */
    record AssignAttribute(String space, String name, Expression value, int line) implements Node { }

    /** An assignment of what a body prints, {@code set a}body{@code endset}; the filters' inputs are null. */
    record AssignBody(String target, List<Node> body, List<Expression.Filter> filters, int line) implements Node { }

    /** What a body prints, filtered: {@code filter name}body{@code endfilter}. */
    record FilterBody(List<Node> body, List<Expression.Filter> filters, int line) implements Node { }

    /**
     * A macro; {@code defaults} belong to the last parameters, and {@code extras} are those of varargs, kwargs and
     * caller that the body names.
     */
    record Macro(String name, List<String> parameters, List<Expression> defaults, List<Node> body, Set<String> extras)
            implements Node { }

    /** A call whose macro may run a body, {@code call(parameters) macro()}body{@code endcall}. */
    record CallBlock(Macro caller, Expression.Call call, int line) implements Node { }

    /** A body with a scope to itself, {@code with a = value}body{@code endwith}. */
    record With(List<String> names, List<Expression> values, List<Node> body, int line) implements Node { }

    /** The end of the loop. */
    record Break() implements Node { }

    /** The end of this turn of the loop. */
    record Continue() implements Node { }
}
