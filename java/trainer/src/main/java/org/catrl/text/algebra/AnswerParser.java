package org.catrl.text.algebra;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads an answer as models and data sets write it, TeX or plain text, lists, intervals, relations and matrices around
 * expressions. What it does not know it refuses: a guess could make two different answers equal.
 */
final class AnswerParser {
    private static final Map<String, String> RELATIONS = Map.ofEntries(Map.entry("=", "="), Map.entry("<", "<"),
            Map.entry(">", ">"), Map.entry("<=", "<="), Map.entry(">=", ">="), Map.entry("!=", "!="),
            Map.entry("\\le", "<="), Map.entry("\\leq", "<="), Map.entry("\\leqslant", "<="), Map.entry("\\ge", ">="),
            Map.entry("\\geq", ">="), Map.entry("\\geqslant", ">="), Map.entry("\\lt", "<"), Map.entry("\\gt", ">"),
            Map.entry("\\ne", "!="), Map.entry("\\neq", "!="), Map.entry("\\in", "in"), Map.entry("\\approx", "~"));
    private static final Set<String> MATRICES = Set.of("pmatrix", "bmatrix", "matrix", "array", "smallmatrix");
    /** What stands one below the other as if it were a list. */
    private static final Set<String> STACKS = Set.of("cases", "aligned", "align", "align*", "gathered", "split",
            "rcases");
    private static final Set<String> SUCH_THAT = Set.of("\\mid", "|", ":");
    private static final Map<String, String> CLOSING = Map.of("(", ")", "[", "]", "{", "}", "\\{", "\\}");

    private final Tokens tokens;
    private final ExpressionParser expressions;

    private AnswerParser(String text, int plusMinus) {
        this.tokens = new Tokens(text);
        this.expressions = new ExpressionParser(tokens, plusMinus);
    }

    /**
     * The answer that a text is; one with a plus-minus sign is both of its readings.
     *
     * @param text without units and layout, as the normaliser leaves it
     * @throws UnreadableAnswerException when some of it is not understood
     */
    static Answer parse(String text) {
        if (!text.contains("\\pm") && !text.contains("\\mp")) {
            return parse(text, 1);
        }
        List<Answer> both = new ArrayList<>();
        for (int sign : new int[] {1, -1}) {
            Answer answer = parse(text, sign);
            both.addAll(answer instanceof Answer.Items items && items.open().isEmpty() ? items.items()
                    : List.of(answer));
        }
        return new Answer.Items("", "", both);
    }

    private static Answer parse(String text, int plusMinus) {
        AnswerParser parser = new AnswerParser(text, plusMinus);
        List<Answer> items = parser.list();
        if (!parser.tokens.done() || items.isEmpty()) {
            throw new UnreadableAnswerException("left over: " + parser.tokens.peek());
        }
        return items.size() == 1 ? items.get(0) : new Answer.Items("", "", items);
    }

    private List<Answer> list() {
        List<Answer> items = new ArrayList<>();
        do {
            items.add(either());
        } while (tokens.accept(",") || tokens.accept(";"));
        return items;
    }

    /** Conditions of which one holds: a union of what they allow; or values, which are a list. */
    private Answer either() {
        List<Answer> parts = new ArrayList<>(List.of(relation()));
        while (tokens.accept("\\lor")) {
            parts.add(relation());
        }
        boolean equations = parts.stream().allMatch(part -> !(part instanceof Answer.Relation relation)
                || relation.operators().equals(List.of("=")) && parts.get(0) instanceof Answer.Relation first
                        && relation.sides().get(0).equals(first.sides().get(0)));
        return parts.size() == 1 ? parts.get(0) : equations ? new Answer.Items("", "", parts)
                : new Answer.Union(parts);
    }

    private Answer relation() {
        List<Answer> sides = new ArrayList<>(List.of(ratio()));
        List<String> operators = new ArrayList<>();
        while (RELATIONS.containsKey(tokens.peek()) || tokens.peek().equals("&")
                && RELATIONS.containsKey(tokens.peek(1))) {
            tokens.accept("&");
            operators.add(RELATIONS.get(tokens.next()));
            tokens.accept("&");
            sides.add(ratio());
        }
        return operators.isEmpty() ? sides.get(0) : new Answer.Relation(sides, operators);
    }

    private Answer ratio() {
        List<Answer> parts = new ArrayList<>(List.of(union()));
        while (tokens.accept(":")) {
            parts.add(union());
        }
        return parts.size() == 1 ? parts.get(0) : new Answer.Items(":", ":", parts);
    }

    private Answer union() {
        List<Answer> parts = new ArrayList<>(List.of(difference()));
        while (tokens.accept("\\cup")) {
            parts.add(difference());
        }
        return parts.size() == 1 ? parts.get(0) : new Answer.Union(parts);
    }

    private Answer difference() {
        Answer all = part();
        boolean sets = tokens.peek().equals("-") && tokens.peek(1).equals("\\{") && Reals.isLine(all);
        return sets || tokens.peek().equals("\\setminus") ? removed(all) : all;
    }

    private Answer removed(Answer all) {
        tokens.next();
        return new Answer.Without(all, part());
    }

    private Answer part() {
        boolean bracket = tokens.peek().equals("(") && tokens.peek(1).equals("\\begin");
        if (tokens.peek(bracket ? 1 : 0).equals("\\begin") && !tokens.peek(bracket ? 3 : 2).equals("vmatrix")) {
            String closing = bracket ? tokens.next().equals("(") ? ")" : "" : "";
            Answer inside = environment();
            if (bracket) {
                tokens.expect(closing);
            }
            return inside;
        }
        String open = tokens.peek();
        if (open.startsWith("\\set") && !open.equals("\\setminus")) {
            Expr set = new Expr.Sym(tokens.next());
            return halfLine(open).orElse(new Answer.Value(set));
        }
        if (open.equals("\\{") && tokens.peek(1).equals("\\begin")) {
            tokens.next(); // the brace of a system of equations; its partner is invisible
            return environment();
        }
        if (CLOSING.containsKey(open)) {
            int bar = open.endsWith("{") ? suchThat() : 0;
            if (bar > 0) {
                return builder(bar);
            } else if (tokens.opensSeveral()) {
                return several();
            }
        }
        return new Answer.Value(expressions.sum());
    }

    /** The positive or the negative numbers, where a sign stands above or below the set of all. */
    private Optional<Answer> halfLine(String set) {
        boolean marked = set.equals("\\setR") && (tokens.peek().equals("^") || tokens.peek().equals("_"));
        int sign = tokens.peek(1).equals("{") ? 2 : 1;
        boolean positive = tokens.peek(sign).equals("+");
        if (!marked || !positive && !tokens.peek(sign).equals("-")
                || sign == 2 && !tokens.peek(3).equals("}")) {
            return Optional.empty();
        }
        for (int i = sign == 2 ? 4 : 2; i > 0; i--) {
            tokens.next();
        }
        Expr infinity = new Expr.Sym("\\infty");
        Answer zero = new Answer.Value(Expr.of(0));
        return Optional.of(new Answer.Items("(", ")", positive ? List.of(zero, new Answer.Value(infinity))
                : List.of(new Answer.Value(Expr.call(Head.NEGATE, infinity)), zero)));
    }

    /** Where the bar of \{x | ...\} stands, or 0. */
    private int suchThat() {
        boolean name = tokens.peek(1).matches("[A-Za-z]|\\\\(?:theta|alpha|beta|lambda|mu)");
        int bar = tokens.peek(2).equals("\\in") ? 4 : 2;
        return name && SUCH_THAT.contains(tokens.peek(bar)) ? bar : 0;
    }

    /** The set of all x for which a condition holds: the condition itself. */
    private Answer builder(int bar) {
        String open = tokens.next();
        if (bar == 4 && !tokens.peek(2).equals("\\setR")) {
            throw new UnreadableAnswerException("a set of " + tokens.peek(2));
        }
        for (int i = 1; i <= bar; i++) {
            tokens.next();
        }
        Answer condition = either();
        tokens.expect(CLOSING.get(open));
        if (!(condition instanceof Answer.Relation) && !(condition instanceof Answer.Union)) {
            throw new UnreadableAnswerException("a set without its condition");
        }
        return condition;
    }

    private Answer several() {
        tokens.enter();
        String open = tokens.next();
        List<Answer> items = CLOSING.containsValue(tokens.peek()) ? List.of() : list();
        String close = tokens.next();
        tokens.leave();
        boolean set = open.equals("{") || open.equals("\\{");
        if (set ? !close.equals(CLOSING.get(open)) : !close.equals(")") && !close.equals("]")) {
            throw new UnreadableAnswerException(open + " closed by " + close);
        }
        return set ? new Answer.Items("{", "}", items) : new Answer.Items(open, close, items);
    }

    private Answer environment() {
        String kind = environment("\\begin");
        if (kind.equals("array") && tokens.accept("{")) {
            while (!tokens.done() && !tokens.accept("}")) {
                tokens.next(); // the columns' alignment
            }
        }
        boolean stack = STACKS.contains(kind);
        if (!stack && !MATRICES.contains(kind)) {
            throw new UnreadableAnswerException("environment " + kind);
        }
        List<List<Answer>> rows = new ArrayList<>();
        do {
            rows.add(row(stack));
        } while (tokens.accept("\\\\") && !tokens.peek().equals("\\end"));
        if (!environment("\\end").equals(kind)) {
            throw new UnreadableAnswerException("\\begin{" + kind + "} without its end");
        }
        boolean equations = rows.stream().allMatch(row -> row.size() == 1 && row.get(0) instanceof Answer.Relation);
        return stack || equations ? new Answer.Items("", "", rows.stream().flatMap(List::stream).toList())
                : new Answer.Matrix(rows);
    }

    private List<Answer> row(boolean stack) {
        List<Answer> row = new ArrayList<>();
        do {
            row.add(relation());
        } while (!stack && tokens.accept("&"));
        if (stack) {
            tokens.accept(",");
            tokens.accept(".");
        }
        return row;
    }

    private String environment(String command) {
        tokens.expect(command);
        tokens.expect("{");
        String kind = tokens.next() + (tokens.accept("*") ? "*" : "");
        tokens.expect("}");
        return kind;
    }
}
