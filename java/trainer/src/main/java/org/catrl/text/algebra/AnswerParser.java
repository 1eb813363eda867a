package org.catrl.text.algebra;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
            Map.entry("\\ne", "!="), Map.entry("\\neq", "!="), Map.entry("\\in", "in"), Map.entry("\\approx", "="),
            Map.entry("\u2264", "<="), Map.entry("\u2265", ">="), Map.entry("\u2260", "!="), Map.entry("\u2208", "in"));
    private static final Set<String> UNIONS = Set.of("\\cup", "\u222a");
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
        if (!text.contains("\\pm") && !text.contains("\u00b1")) {
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
            items.add(relation());
        } while (tokens.accept(",") || tokens.accept(";"));
        return items;
    }

    private Answer relation() {
        List<Answer> sides = new ArrayList<>(List.of(ratio()));
        List<String> operators = new ArrayList<>();
        while (RELATIONS.containsKey(tokens.peek())) {
            operators.add(RELATIONS.get(tokens.next()));
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
        List<Answer> parts = new ArrayList<>(List.of(part()));
        while (UNIONS.contains(tokens.peek())) {
            tokens.next();
            parts.add(part());
        }
        return parts.size() == 1 ? parts.get(0) : new Answer.Union(parts);
    }

    private Answer part() {
        if (tokens.peek().equals("\\begin")) {
            return matrix();
        }
        if (tokens.peek().equals("(") && tokens.peek(1).equals("\\begin")) {
            tokens.next();
            Answer inside = matrix();
            tokens.expect(")");
            return inside;
        }
        String open = tokens.peek();
        if (CLOSING.containsKey(open) && tokens.opensSeveral()) {
            return several();
        }
        return new Answer.Value(expressions.sum());
    }

    private Answer several() {
        String open = tokens.next();
        List<Answer> items = CLOSING.containsValue(tokens.peek()) ? List.of() : list();
        String close = tokens.next();
        boolean set = open.equals("{") || open.equals("\\{");
        if (set ? !close.equals(CLOSING.get(open)) : !close.equals(")") && !close.equals("]")) {
            throw new UnreadableAnswerException(open + " closed by " + close);
        }
        return set ? new Answer.Items("{", "}", items) : new Answer.Items(open, close, items);
    }

    private Answer matrix() {
        String kind = environment("\\begin");
        if (!Set.of("pmatrix", "bmatrix", "matrix", "array").contains(kind)) {
            throw new UnreadableAnswerException("environment " + kind);
        }
        List<List<Answer>> rows = new ArrayList<>();
        while (!tokens.peek().equals("\\end")) {
            List<Answer> row = new ArrayList<>();
            do {
                row.add(relation());
            } while (tokens.accept("&"));
            rows.add(row);
            if (!tokens.accept("\\\\")) {
                break;
            }
        }
        if (!environment("\\end").equals(kind)) {
            throw new UnreadableAnswerException("\\begin{" + kind + "} without its end");
        }
        return new Answer.Matrix(rows);
    }

    private String environment(String command) {
        tokens.expect(command);
        tokens.expect("{");
        String kind = tokens.next();
        tokens.expect("}");
        return kind;
    }
}
