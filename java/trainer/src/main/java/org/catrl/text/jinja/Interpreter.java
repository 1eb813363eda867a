package org.catrl.text.jinja;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs nodes. What a hostile template could use up has limits: output, steps, depth. */
final class Interpreter {
    private static final int MOST_STEPS = 1_000_000;
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

    private StringBuilder out = new StringBuilder();
    private Scope scope;
    private int steps;
    private int depth;
    private int line;

    private Interpreter(Map<String, Object> globals) {
        scope = new Scope(null);
        scope.names.putAll(globals);
        scope = new Scope(scope);
    }

    /** The text that the nodes print. @throws JinjaException with the line, or with the template's own words */
    static String run(List<Node> nodes, Map<String, Object> globals) {
        Interpreter interpreter = new Interpreter(globals);
        try {
            interpreter.run(nodes);
            return interpreter.out.toString();
        } catch (JinjaException e) {
            throw e.raisedByTemplate() ? e : new JinjaException("line " + interpreter.line + ": " + e.getMessage());
        } catch (ClassCastException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new JinjaException("line " + interpreter.line + ": a value of the wrong kind: " + e.getMessage());
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
        step();
        if (node instanceof Node.Text text) {
            print(text.text());
        } else if (node instanceof Node.Print print) {
            line = print.line();
            print(Values.text(value(print.value())));
        } else if (node instanceof Node.If choice) {
            return run(choice);
        } else if (node instanceof Node.For loop) {
            run(loop);
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
            print(Values.text(filtered(captured(body.body()), body.filters())));
        } else if (node instanceof Node.Macro macro) {
            Scope defining = scope;
            scope.names.put(macro.name(), (Callable) (arguments, named) -> call(macro, defining, arguments, named));
        } else if (node instanceof Node.With with) {
            return run(with);
        } else {
            return node instanceof Node.Break ? Ending.BREAK : Ending.CONTINUE;
        }
        return Ending.REGULAR;
    }

    private void step() {
        if (++steps > MOST_STEPS) {
            throw new JinjaException("the template takes more than " + MOST_STEPS + " steps");
        }
    }

    private void print(String text) {
        Values.requireShort((long) out.length() + text.length());
        out.append(text);
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
        List<Object> values = with.values().stream().map(this::value).collect(ArrayList::new, List::add, List::addAll);
        scope = new Scope(scope);
        for (int i = 0; i < values.size(); i++) {
            scope.names.put(with.names().get(i), values.get(i));
        }
        Ending ending = run(with.body());
        scope = scope.outer;
        return ending;
    }

    private void run(Node.For loop) {
        line = loop.line();
        Scope outside = scope;
        List<Object> items = Values.items(value(loop.over()));
        if (loop.filter() != null) {
            items.removeIf(item -> !kept(loop, item, outside));
        }
        for (int i = 0; i < items.size(); i++) {
            step();
            scope = new Scope(outside);
            assign(loop.targets(), items.get(i));
            scope.names.put("loop", loopValue(items, i));
            Ending ending = run(loop.body());
            scope = outside;
            if (ending == Ending.BREAK) {
                return;
            }
        }
        if (items.isEmpty()) {
            run(loop.otherwise());
        }
    }

    private boolean kept(Node.For loop, Object item, Scope outside) {
        step();
        scope = new Scope(outside);
        assign(loop.targets(), item);
        boolean kept = Values.truth(value(loop.filter()));
        scope = outside;
        return kept;
    }

    private static Map<String, Object> loopValue(List<Object> items, int i) {
        Map<String, Object> loop = new HashMap<>();
        loop.put("index0", (long) i);
        loop.put("index", (long) i + 1);
        loop.put("revindex0", (long) items.size() - 1 - i);
        loop.put("revindex", (long) items.size() - i);
        loop.put("first", i == 0);
        loop.put("last", i == items.size() - 1);
        loop.put("length", (long) items.size());
        loop.put("previtem", i == 0 ? new Undefined("loop.previtem") : items.get(i - 1));
        loop.put("nextitem", i == items.size() - 1 ? new Undefined("loop.nextitem") : items.get(i + 1));
        loop.put("cycle", (Callable) (arguments, named) -> arguments.get(i % arguments.size()));
        return loop;
    }

    private void assign(List<String> targets, Object value) {
        if (targets.size() == 1) {
            scope.names.put(targets.get(0), value);
            return;
        }
        List<Object> values = Values.items(value);
        if (values.size() != targets.size()) {
            throw new JinjaException(values.size() + " values for " + targets.size() + " names");
        }
        for (int i = 0; i < values.size(); i++) {
            scope.names.put(targets.get(i), values.get(i));
        }
    }

    private void assignAttribute(Node.AssignAttribute set) {
        if (!(scope.get(set.space()) instanceof Namespace namespace)) {
            throw new JinjaException("only a namespace's attributes may be set, and " + set.space() + " is none");
        }
        namespace.names().put(set.name(), value(set.value()));
    }

    private String captured(List<Node> body) {
        StringBuilder before = out;
        out = new StringBuilder();
        scope = new Scope(scope);
        run(body);
        scope = scope.outer;
        String text = out.toString();
        out = before;
        return text;
    }

    private Object filtered(Object value, List<Expression.Filter> filters) {
        Object result = value;
        for (Expression.Filter filter : filters) {
            result = Filters.apply(filter.name(), result, arguments(filter.name(), filter.arguments()));
        }
        return result;
    }

    private Object call(Node.Macro macro, Scope defining, List<Object> arguments, Map<String, Object> named) {
        if (++depth > DEEPEST) {
            throw new JinjaException("macros call one another more than " + DEEPEST + " deep");
        }
        if (arguments.size() > macro.parameters().size()) {
            throw new JinjaException(macro.name() + " takes " + macro.parameters().size() + " arguments, not "
                    + arguments.size());
        }
        Scope caller = scope;
        scope = new Scope(defining);
        int required = macro.parameters().size() - macro.defaults().size();
        for (int i = 0; i < macro.parameters().size(); i++) {
            String name = macro.parameters().get(i);
            scope.names.put(name, i < arguments.size() ? arguments.get(i) : named.containsKey(name) ? named.get(name)
                    : i >= required ? value(macro.defaults().get(i - required)) : new Undefined(name));
        }
        String text = captured(macro.body());
        scope = caller;
        depth--;
        return text;
    }

    // ---- expressions ---------------------------------------------------------------------------------------------

    private Object value(Expression expression) {
        if (expression instanceof Expression.Literal literal) {
            return literal.value();
        } else if (expression instanceof Expression.Name name) {
            return scope.get(name.name());
        } else if (expression instanceof Expression.Attribute attribute) {
            Object object = value(attribute.object());
            return object instanceof Namespace namespace ? namespace.get(attribute.name())
                    : Methods.attribute(object, attribute.name());
        } else if (expression instanceof Expression.Item item) {
            Object container = value(item.container());
            return Values.item(container instanceof Namespace namespace ? namespace.names() : container,
                    value(item.index()));
        } else if (expression instanceof Expression.Slice slice) {
            return Values.slice(value(slice.container()), place(slice.start()), place(slice.stop()),
                    place(slice.step()));
        } else if (expression instanceof Expression.Call call) {
            return call(call);
        } else if (expression instanceof Expression.Filter filter) {
            return Filters.apply(filter.name(), value(filter.input()), arguments(filter.name(), filter.arguments()));
        } else if (expression instanceof Expression.Test test) {
            Arguments arguments = arguments(test.name(), test.arguments());
            return test.negated() ^ Tests.holds(test.name(), value(test.input()), arguments);
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
            return sequence.items().stream().map(this::value).collect(ArrayList::new, List::add, List::addAll);
        }
        return dictionary((Expression.Dictionary) expression);
    }

    private Long place(Expression index) {
        Object value = index == null ? null : value(index);
        if (value != null && !(value instanceof Long)) {
            throw new JinjaException("a slice goes by ints, not by a " + Values.type(value));
        }
        return (Long) value;
    }

    private static Object unary(String operator, Object value) {
        if (operator.equals("not")) {
            return !Values.truth(value);
        }
        if (!Values.isNumber(value)) {
            throw new JinjaException(operator + " of a " + Values.type(value) + " has no meaning");
        }
        return operator.equals("+") ? value : Values.binary("-", 0L, value);
    }

    private Object binary(Expression.Binary binary) {
        Object left = value(binary.left());
        return switch (binary.operator()) {
            case "and" -> Values.truth(left) ? value(binary.right()) : left;
            case "or" -> Values.truth(left) ? left : value(binary.right());
            default -> Values.binary(binary.operator(), left, value(binary.right()));
        };
    }

    private boolean compared(Expression.Comparison comparison) {
        Object left = value(comparison.operands().get(0));
        for (int i = 0; i < comparison.operators().size(); i++) {
            Object right = value(comparison.operands().get(i + 1));
            boolean holds = switch (comparison.operators().get(i)) {
                case "==" -> Values.equal(left, right);
                case "!=" -> !Values.equal(left, right);
                case "<" -> Values.compare(left, right) < 0;
                case "<=" -> Values.compare(left, right) <= 0;
                case ">" -> Values.compare(left, right) > 0;
                case ">=" -> Values.compare(left, right) >= 0;
                case "in" -> Values.contains(right, left);
                default -> !Values.contains(right, left);
            };
            if (!holds) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private Object dictionary(Expression.Dictionary dictionary) {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < dictionary.keys().size(); i++) {
            map.put(value(dictionary.keys().get(i)), value(dictionary.values().get(i)));
        }
        return map;
    }

    private Object call(Expression.Call call) {
        Object function = value(call.function());
        if (!(function instanceof Callable callable)) {
            throw function instanceof Undefined undefined ? undefined.error()
                    : new JinjaException("a " + Values.type(function) + " cannot be called");
        }
        step();
        Arguments with = arguments("a function", call.arguments());
        return callable.call(with.inOrder(), with.named());
    }

    private Arguments arguments(String callee, Expression.Arguments given) {
        List<Object> inOrder = new ArrayList<>();
        given.inOrder().forEach(expression -> inOrder.add(value(expression)));
        Map<String, Object> named = new LinkedHashMap<>();
        given.named().forEach((name, expression) -> named.put(name, value(expression)));
        return new Arguments(callee, inOrder, named);
    }
}
