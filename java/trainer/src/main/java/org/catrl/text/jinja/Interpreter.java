package org.catrl.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs nodes; what they cost is charged to the {@link Work} of the values. */
final class Interpreter {
    private static final int DEEPEST = 100;

    /** How a run of nodes ended. */
    private enum Ending { REGULAR, BREAK, CONTINUE }

    /** The names of a block that has a scope to itself; what is not here is looked up outside. */
    private static final class Scope {
        private final Scope outer;
        private final Map<String, Object> names = new HashMap<>();

        Scope(Scope outer) {
            this.outer = outer;
        }

        Object get(String name) {
            for (Scope scope = this; scope != null; scope = scope.outer) {
                if (scope.names.containsKey(name)) {
                    return scope.names.get(name);
                }
            }
            return new Undefined(name);
        }
    }

    private final Values values;
    private final Work work;
    private final Methods methods;
    private final Tests tests;
    private final Filters filters;
    private TextBuilder out;
    private Scope scope;
    private int depth;
    private int line;

    private Interpreter(Map<String, Object> globals, Values values) {
        this.values = values;
        this.work = values.work();
        this.methods = new Methods(values);
        this.tests = new Tests(values);
        this.filters = new Filters(methods, tests);
        this.out = new TextBuilder(work);
        scope = new Scope(null);
        scope.names.putAll(globals);
        scope = new Scope(scope);
    }

    /** The text that the nodes print. @throws JinjaException with the line, or with the template's own words */
    static String run(List<Node> nodes, Map<String, Object> globals, Values values) {
        Interpreter interpreter = new Interpreter(globals, values);
        try {
            interpreter.run(nodes);
            return interpreter.out.toString();
        } catch (JinjaException e) {
            throw e.raisedByTemplate() ? e : new JinjaException("line " + interpreter.line + ": " + e.getMessage());
        } catch (RuntimeException | StackOverflowError e) {
            throw JinjaException.at(interpreter.line, e);
        }
    }

    private Ending run(List<Node> nodes) {
        for (Node node : nodes) {
            Ending ending = run(node);
            if (ending != Ending.REGULAR) {
                return ending;
            }
        }
        return Ending.REGULAR;
    }

    private Ending run(Node node) {
        work.step();
        work.deeper();
        Ending ending = runAt(node);
        work.back();
        return ending;
    }

    private Ending runAt(Node node) {
        if (node instanceof Node.Text text) {
            out.add(text.text());
        } else if (node instanceof Node.Print print) {
            line = print.line();
            out.add(values.text(value(print.value())));
        } else if (node instanceof Node.If choice) {
            return run(choice);
        } else if (node instanceof Node.For loop) {
            return run(loop);
        } else if (node instanceof Node.Assign set) {
            line = set.line();
            assign(set.targets(), value(set.value()));
        } else if (node instanceof Node.AssignAttribute set) {
            line = set.line();
            assignAttribute(set);
        } else if (node instanceof Node.AssignBody set) {
            line = set.line();
            scope.names.put(set.target(), filtered(captured(set.body()), set.filters()));
        } else if (node instanceof Node.FilterBody body) {
            line = body.line();
            out.add(values.text(filtered(captured(body.body()), body.filters())));
        } else if (node instanceof Node.Macro macro) {
            scope.names.put(macro.name(), callable(macro));
        } else if (node instanceof Node.CallBlock block) {
            line = block.line();
            out.add(values.text(call(block.call(), callable(block.caller()))));
        } else if (node instanceof Node.With with) {
            return run(with);
        } else {
            return node instanceof Node.Break ? Ending.BREAK : Ending.CONTINUE;
        }
        return Ending.REGULAR;
    }

    private Callable callable(Node.Macro macro) {
        Scope defining = scope;
        return (arguments, named) -> call(macro, defining, arguments, named);
    }

    private Ending run(Node.If choice) {
        line = choice.line();
        for (int i = 0; i < choice.conditions().size(); i++) {
            if (Values.truth(value(choice.conditions().get(i)))) {
                return run(choice.bodies().get(i));
            }
        }
        return run(choice.otherwise());
    }

    private Ending run(Node.With with) {
        line = with.line();
        List<Object> given = all(with.values());
        scope = new Scope(scope);
        for (int i = 0; i < given.size(); i++) {
            scope.names.put(with.names().get(i), given.get(i));
        }
        Ending ending = run(with.body());
        scope = scope.outer;
        return ending;
    }

    private Ending run(Node.For loop) {
        line = loop.line();
        Scope outside = scope;
        List<Object> items = values.copy(value(loop.over()));
        if (loop.filter() != null) {
            items.removeIf(item -> !kept(loop, item, outside));
        }
        Loop known = new Loop(items, values);
        for (int i = 0; i < items.size(); i++) {
            work.step();
            known.turn(i);
            scope = new Scope(outside);
            assign(loop.targets(), items.get(i));
            scope.names.put("loop", known);
            Ending ending = run(loop.body());
            scope = outside;
            if (ending == Ending.BREAK) {
                return Ending.REGULAR;
            }
        }
        return items.isEmpty() ? run(loop.otherwise()) : Ending.REGULAR;
    }

    private boolean kept(Node.For loop, Object item, Scope outside) {
        work.step();
        scope = new Scope(outside);
        assign(loop.targets(), item);
        boolean kept = Values.truth(value(loop.filter()));
        scope = outside;
        return kept;
    }

    private void assign(List<String> targets, Object value) {
        if (targets.size() == 1) {
            scope.names.put(targets.get(0), value);
            return;
        }
        List<Object> parts = values.items(value);
        if (parts.size() != targets.size()) {
            throw new JinjaException(parts.size() + " values for " + targets.size() + " names");
        }
        for (int i = 0; i < parts.size(); i++) {
            scope.names.put(targets.get(i), parts.get(i));
        }
    }

    private void assignAttribute(Node.AssignAttribute set) {
        if (!(scope.get(set.space()) instanceof Namespace namespace)) {
            throw new JinjaException("only a namespace's attributes may be set, and " + set.space() + " is none");
        }
        namespace.set(set.name(), value(set.value()));
    }

    private String captured(List<Node> body) {
        TextBuilder before = out;
        out = new TextBuilder(work);
        scope = new Scope(scope);
        run(body);
        scope = scope.outer;
        String text = out.toString();
        out = before;
        return text;
    }

    private Object filtered(Object value, List<Expression.Filter> wanted) {
        Object result = value;
        for (Expression.Filter filter : wanted) {
            result = filters.apply(filter.name(), result, all(filter.arguments().inOrder()),
                    named(filter.arguments()));
        }
        return result;
    }

    private Object call(Node.Macro macro, Scope defining, List<Object> arguments, Map<String, Object> named) {
        if (++depth > DEEPEST) {
            throw new JinjaException("macros call one another more than " + DEEPEST + " deep");
        }
        Scope caller = scope;
        scope = new Scope(defining);
        bind(macro, arguments, named);
        String text = captured(macro.body());
        scope = caller;
        depth--;
        return text;
    }

    private void bind(Node.Macro macro, List<Object> arguments, Map<String, Object> named) {
        Signature signature = new Signature(macro.name(), macro.parameters(), 0, true);
        Arguments with = signature.bind(arguments, named);
        Map<String, Object> others = with.named(macro.parameters());
        Object caller = macro.extras().contains("caller") ? others.remove("caller") : null;
        if (!with.others().isEmpty() && !macro.extras().contains("varargs")) {
            throw new JinjaException(macro.name() + " takes " + macro.parameters().size() + " arguments, not "
                    + arguments.size());
        }
        if (!others.isEmpty() && !macro.extras().contains("kwargs")) {
            throw new JinjaException(macro.name() + " has no parameter " + others.keySet().iterator().next());
        }
        scope.names.put("varargs", new Tuple(with.others(), List.of()));
        scope.names.put("kwargs", Dict.of(others));
        scope.names.put("caller", caller == null ? new Undefined("caller") : caller);
        int required = macro.parameters().size() - macro.defaults().size();
        for (int i = 0; i < macro.parameters().size(); i++) {
            String name = macro.parameters().get(i);
            scope.names.put(name, with.has(name) ? with.get(name)
                    : i >= required ? value(macro.defaults().get(i - required)) : new Undefined(name));
        }
    }

    // ---- expressions ---------------------------------------------------------------------------------------------

    private Object value(Expression expression) {
        work.step();
        work.deeper();
        Object value = valueAt(expression);
        work.back();
        return value;
    }

    private Object valueAt(Expression expression) {
        if (expression instanceof Expression.Literal literal) {
            return literal.value();
        } else if (expression instanceof Expression.Name name) {
            return scope.get(name.name());
        } else if (expression instanceof Expression.Attribute attribute) {
            return methods.attribute(value(attribute.object()), attribute.name());
        } else if (expression instanceof Expression.Item item) {
            return methods.item(value(item.container()), value(item.index()));
        } else if (expression instanceof Expression.Slice slice) {
            return values.slice(value(slice.container()), place(slice.start()), place(slice.stop()),
                    place(slice.step()));
        } else if (expression instanceof Expression.Call call) {
            return call(call, null);
        } else if (expression instanceof Expression.Filter filter) {
            return filtered(value(filter.input()), List.of(filter));
        } else if (expression instanceof Expression.Test test) {
            return test.negated() ^ tests.holds(test.name(), value(test.input()), all(test.arguments().inOrder()),
                    named(test.arguments()));
        } else if (expression instanceof Expression.Conditional choice) {
            return Values.truth(value(choice.condition())) ? value(choice.then())
                    : choice.otherwise() == null ? new Undefined("what is left out after if")
                    : value(choice.otherwise());
        } else if (expression instanceof Expression.Unary unary) {
            return unary(unary.operator(), value(unary.operand()));
        } else if (expression instanceof Expression.Binary binary) {
            return binary(binary);
        } else if (expression instanceof Expression.Comparison comparison) {
            return compared(comparison);
        } else if (expression instanceof Expression.Sequence sequence) {
            List<Object> items = all(sequence.items());
            return sequence.tuple() ? new Tuple(items, List.of()) : items;
        }
        return dictionary((Expression.Dictionary) expression);
    }

    private List<Object> all(List<Expression> expressions) {
        work.elements(expressions.size());
        List<Object> all = new ArrayList<>(expressions.size());
        expressions.forEach(expression -> all.add(value(expression)));
        return all;
    }

    private Map<String, Object> named(Expression.Arguments given) {
        Map<String, Object> named = new LinkedHashMap<>();
        given.named().forEach((name, expression) -> named.put(name, value(expression)));
        return named;
    }

    private Long place(Expression index) {
        Object value = index == null ? null : value(index);
        if (value != null && !(value instanceof Long || value instanceof Boolean)) {
            throw new JinjaException("a slice goes by ints, not by a " + Values.type(value));
        }
        return value == null ? null : (Long) Numbers.number(value).longValue();
    }

    private static Object unary(String operator, Object value) {
        if (operator.equals("not")) {
            return !Values.truth(value);
        }
        if (!Numbers.isNumber(value)) {
            throw value instanceof Undefined undefined ? undefined.error()
                    : new JinjaException(operator + " of a " + Values.type(value) + " has no meaning");
        }
        return operator.equals("+") ? Numbers.number(value) : value instanceof Double real ? (Object) (-real)
                : Numbers.arithmetic("-", 0L, value);
    }

    private Object binary(Expression.Binary binary) {
        Object left = value(binary.left());
        return switch (binary.operator()) {
            case "and" -> Values.truth(left) ? value(binary.right()) : left;
            case "or" -> Values.truth(left) ? left : value(binary.right());
            default -> values.binary(binary.operator(), left, value(binary.right()));
        };
    }

    private boolean compared(Expression.Comparison comparison) {
        Object left = value(comparison.operands().get(0));
        for (int i = 0; i < comparison.operators().size(); i++) {
            Object right = value(comparison.operands().get(i + 1));
            if (!holds(comparison.operators().get(i), left, right)) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private boolean holds(String operator, Object left, Object right) {
        return switch (operator) {
            case "in" -> values.contains(right, left);
            case "not in" -> !values.contains(right, left);
            default -> tests.holds(operator, left, Collections.singletonList(right), Map.of());
        };
    }

    private Object dictionary(Expression.Dictionary dictionary) {
        work.elements(dictionary.keys().size());
        Dict dict = new Dict();
        for (int i = 0; i < dictionary.keys().size(); i++) {
            Object key = value(dictionary.keys().get(i));
            dict.put(values.key(key), key, value(dictionary.values().get(i)));
        }
        return dict;
    }

    /** The value of a call; {@code caller} is what a call block hands over besides, or null. */
    private Object call(Expression.Call call, Callable caller) {
        Object function = value(call.function());
        if (!(function instanceof Callable callable)) {
            throw function instanceof Undefined undefined ? undefined.error()
                    : new JinjaException("a " + Values.type(function) + " cannot be called");
        }
        Map<String, Object> named = named(call.arguments());
        if (caller != null) {
            named.put("caller", caller);
        }
        return callable.call(all(call.arguments().inOrder()), named);
    }
}
