package org.catrl.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.catrl.text.jinja.Token.Kind;

/** Makes nodes of tokens, by Jinja's grammar. */
final class Parser {
    private static final int DEEPEST = 200;
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Set<String> CONSTANTS = Set.of("true", "false", "none", "True", "False", "None");
    private static final Set<String> EXTRAS = Set.of("varargs", "kwargs", "caller");
    private static final Set<String> AFTER_TEST = Set.of("else", "or", "and", "is", "if", "in", "not");

    private final List<Token> tokens;
    private int position;
    private int depth;

    private Parser(List<Token> tokens) {
        this.tokens = tokens;
    }

    /** The nodes of a template. @throws JinjaException with the line of what is wrong */
    static List<Node> parse(String template) {
        Parser parser = new Parser(Lexer.tokens(template));
        try {
            List<Node> nodes = parser.body(Set.of());
            parser.expect(Kind.END, "the end");
            return nodes;
        } catch (JinjaException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            int last = Math.min(parser.position, parser.tokens.size() - 1);
            throw JinjaException.at(parser.tokens.get(last).line(), e);
        }
    }

    private Token peek() {
        return tokens.get(position);
    }

    private Token next() {
        return tokens.get(position++);
    }

    private boolean isOperator(String operator) {
        return peek().is(Kind.OPERATOR, operator);
    }

    private boolean isName(String name) {
        return peek().is(Kind.NAME, name);
    }

    private boolean skipOperator(String operator) {
        boolean there = isOperator(operator);
        position += there ? 1 : 0;
        return there;
    }

    private boolean skipName(String name) {
        boolean there = isName(name);
        position += there ? 1 : 0;
        return there;
    }

    private void expect(Kind kind, String text) {
        if (!peek().is(kind, text)) {
            throw wrong("expected " + text + ", found " + peek().text());
        }
        position++;
    }

    private String name() {
        if (peek().kind() != Kind.NAME) {
            throw wrong("expected a name, found " + peek().text());
        }
        return next().text();
    }

    private JinjaException wrong(String what) {
        return new JinjaException("line " + peek().line() + ": " + what);
    }

    // ---- statements ----------------------------------------------------------------------------------------------

    /** The nodes up to a block of one of these names, which stands next; what opens that block is behind. */
    private List<Node> body(Set<String> ends) {
        if (++depth > DEEPEST) {
            throw wrong("blocks stand more than " + DEEPEST + " deep");
        }
        List<Node> nodes = new ArrayList<>();
        while (peek().kind() != Kind.END) {
            Token token = next();
            switch (token.kind()) {
                case TEXT -> nodes.add(new Node.Text(token.text()));
                case PRINT_BEGIN -> {
                    nodes.add(new Node.Print(tuple(), token.line()));
                    expect(Kind.PRINT_END, "}}");
                }
                default -> {
                    if (peek().kind() == Kind.NAME && ends.contains(peek().text())) {
                        depth--;
                        return nodes;
                    }
                    nodes.addAll(statement());
                }
            }
        }
        if (!ends.isEmpty()) {
            throw wrong("expected " + String.join(" or ", ends.stream().sorted().toList()) + ", found the end");
        }
        depth--;
        return nodes;
    }

    private List<Node> statement() {
        Token keyword = next();
        return switch (keyword.text()) {
            case "if" -> List.of(ifBlock(keyword.line()));
            case "for" -> List.of(forBlock(keyword.line()));
            case "set" -> List.of(set(keyword.line()));
            case "macro" -> List.of(macro());
            case "filter" -> List.of(filterBlock(keyword.line()));
            case "with" -> List.of(with(keyword.line()));
            case "generation" -> List.of(generation(keyword.line()));
            case "call" -> List.of(callBlock(keyword.line()));
            case "break" -> List.of(ended(new Node.Break()));
            case "continue" -> List.of(ended(new Node.Continue()));
            default -> throw new JinjaException("line " + keyword.line() + ": {% " + keyword.text()
                    + " %} is not known in chat templates");
        };
    }

    private Node ended(Node node) {
        expect(Kind.BLOCK_END, "%}");
        return node;
    }

    private List<Node> blockBody(String... ends) {
        expect(Kind.BLOCK_END, "%}");
        return body(Set.of(ends));
    }

    private void end() {
        position++;
        expect(Kind.BLOCK_END, "%}");
    }

    private Node ifBlock(int line) {
        List<Expression> conditions = new ArrayList<>();
        List<List<Node>> bodies = new ArrayList<>();
        do {
            conditions.add(tuple());
            bodies.add(blockBody("elif", "else", "endif"));
        } while (skipName("elif"));
        List<Node> otherwise = skipName("else") ? blockBody("endif") : List.of();
        end();
        return new Node.If(conditions, bodies, otherwise, line);
    }

    private Node forBlock(int line) {
        List<String> targets = targets();
        expect(Kind.NAME, "in");
        Expression over = tupleWithoutCondition();
        Expression filter = skipName("if") ? expression() : null;
        if (isName("recursive")) {
            throw wrong("recursive loops are not known in chat templates");
        }
        List<Node> body = blockBody("else", "endfor");
        List<Node> otherwise = skipName("else") ? blockBody("endfor") : List.of();
        end();
        return new Node.For(targets, over, filter, body, otherwise, line);
    }

    private List<String> targets() {
        boolean bracket = skipOperator("(");
        List<String> targets = new ArrayList<>(List.of(target()));
        while (skipOperator(",")) {
            targets.add(target());
        }
        if (bracket) {
            expect(Kind.OPERATOR, ")");
        }
        return targets;
    }

    private String target() {
        if (CONSTANTS.contains(peek().text())) {
            throw wrong("nothing can be assigned to " + peek().text());
        }
        return name();
    }

    private Node set(int line) {
        List<String> targets = targets();
        if (skipOperator(".")) {
            String attribute = name();
            expect(Kind.OPERATOR, "=");
            return ended(new Node.AssignAttribute(targets.get(0), attribute, tuple(), line));
        }
        if (skipOperator("=")) {
            return ended(new Node.Assign(targets, tuple(), line));
        }
        List<Expression.Filter> filters = filters();
        List<Node> body = blockBody("endset");
        end();
        return new Node.AssignBody(targets.get(0), body, filters, line);
    }

    private Node filterBlock(int line) {
        List<Expression.Filter> filters = new ArrayList<>(List.of(filter(null)));
        filters.addAll(filters());
        List<Node> body = blockBody("endfilter");
        end();
        return new Node.FilterBody(body, filters, line);
    }

    private List<Expression.Filter> filters() {
        List<Expression.Filter> filters = new ArrayList<>();
        while (skipOperator("|")) {
            filters.add(filter(null));
        }
        return filters;
    }

    private Node macro() {
        String name = name();
        List<String> parameters = new ArrayList<>();
        List<Expression> defaults = new ArrayList<>();
        expect(Kind.OPERATOR, "(");
        parameters(parameters, defaults);
        int begin = position;
        List<Node> body = blockBody("endmacro");
        Set<String> extras = extras(begin);
        endNamed();
        return new Node.Macro(name, parameters, defaults, body, extras);
    }

    /** The parameters behind the opening bracket; the closing one is taken. */
    private void parameters(List<String> parameters, List<Expression> defaults) {
        while (!skipOperator(")")) {
            if (!parameters.isEmpty()) {
                expect(Kind.OPERATOR, ",");
            }
            parameters.add(name());
            if (skipOperator("=")) {
                defaults.add(expression());
            } else if (!defaults.isEmpty()) {
                throw wrong("a parameter without a default follows one with a default");
            }
        }
    }

    /** The names since a token that stand for what a macro was called with besides its parameters. */
    private Set<String> extras(int begin) {
        return tokens.subList(begin, position).stream().filter(token -> token.kind() == Kind.NAME).map(Token::text)
                .filter(EXTRAS::contains).collect(Collectors.toSet());
    }

    /** The end of a block, behind which its name may stand again. */
    private void endNamed() {
        position++;
        if (peek().kind() == Kind.NAME) {
            position++;
        }
        expect(Kind.BLOCK_END, "%}");
    }

    private Node callBlock(int line) {
        List<String> parameters = new ArrayList<>();
        List<Expression> defaults = new ArrayList<>();
        if (skipOperator("(")) {
            parameters(parameters, defaults);
        }
        if (!(expression() instanceof Expression.Call call)) {
            throw wrong("expected a call of a macro");
        }
        int begin = position;
        List<Node> body = blockBody("endcall");
        Set<String> extras = extras(begin);
        endNamed();
        return new Node.CallBlock(new Node.Macro("caller", parameters, defaults, body, extras), call, line);
    }

    private Node with(int line) {
        List<String> names = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (peek().kind() == Kind.NAME) {
            names.add(name());
            expect(Kind.OPERATOR, "=");
            values.add(expression());
            skipOperator(",");
        }
        List<Node> body = blockBody("endwith");
        end();
        return new Node.With(names, values, body, line);
    }

    /** What transformers marks as the assistant's words: a body with a scope to itself, for nothing is made of it. */
    private Node generation(int line) {
        List<Node> body = blockBody("endgeneration");
        end();
        return new Node.With(List.of(), List.of(), body, line);
    }

    // ---- expressions ---------------------------------------------------------------------------------------------

    private Expression tuple() {
        Expression first = expression();
        return isOperator(",") ? rest(first) : first;
    }

    private Expression tupleWithoutCondition() {
        Expression first = or();
        return isOperator(",") ? rest(first) : first;
    }

    private Expression rest(Expression first) {
        List<Expression> items = new ArrayList<>(List.of(first));
        while (skipOperator(",")) {
            if (peek().kind() == Kind.BLOCK_END || peek().kind() == Kind.PRINT_END || isOperator(")")) {
                break;
            }
            items.add(expression());
        }
        return new Expression.Sequence(items, true);
    }

    private Expression expression() {
        deeper();
        Expression then = or();
        while (skipName("if")) {
            Expression condition = or();
            then = new Expression.Conditional(condition, then, skipName("else") ? expression() : null);
        }
        depth--;
        return then;
    }

    private void deeper() {
        if (++depth > DEEPEST) {
            throw wrong("an expression stands more than " + DEEPEST + " deep");
        }
    }

    private Expression or() {
        Expression left = and();
        while (skipName("or")) {
            left = new Expression.Binary("or", left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (skipName("and")) {
            left = new Expression.Binary("and", left, not());
        }
        return left;
    }

    private Expression not() {
        if (!skipName("not")) {
            return comparison();
        }
        deeper();
        Expression operand = not();
        depth--;
        return new Expression.Unary("not", operand);
    }

    private Expression comparison() {
        List<Expression> operands = new ArrayList<>(List.of(sum()));
        List<String> operators = new ArrayList<>();
        while (true) {
            if (peek().kind() == Kind.OPERATOR && COMPARISONS.contains(peek().text())) {
                operators.add(next().text());
            } else if (skipName("in")) {
                operators.add("in");
            } else if (isName("not") && tokens.get(position + 1).is(Kind.NAME, "in")) {
                position += 2;
                operators.add("not in");
            } else {
                return operators.isEmpty() ? operands.get(0) : new Expression.Comparison(operands, operators);
            }
            operands.add(sum());
        }
    }

    private Expression sum() {
        Expression left = concatenation();
        while (isOperator("+") || isOperator("-")) {
            left = new Expression.Binary(next().text(), left, concatenation());
        }
        return left;
    }

    private Expression concatenation() {
        Expression left = product();
        while (skipOperator("~")) {
            left = new Expression.Binary("~", left, product());
        }
        return left;
    }

    private Expression product() {
        Expression left = power();
        while (isOperator("*") || isOperator("/") || isOperator("//") || isOperator("%")) {
            left = new Expression.Binary(next().text(), left, power());
        }
        return left;
    }

    private Expression power() {
        Expression left = unary(true);
        while (skipOperator("**")) {
            left = new Expression.Binary("**", left, unary(true));
        }
        return left;
    }

    private Expression unary(boolean filtered) {
        Expression value;
        if (isOperator("-") || isOperator("+")) {
            deeper();
            value = new Expression.Unary(next().text(), unary(false));
            depth--;
        } else {
            value = postfix(primary());
        }
        return filtered ? filtered(value) : value;
    }

    private Expression primary() {
        Token token = next();
        return switch (token.kind()) {
            case NAME -> switch (token.text()) {
                case "true", "True" -> new Expression.Literal(true);
                case "false", "False" -> new Expression.Literal(false);
                case "none", "None" -> new Expression.Literal(null);
                default -> new Expression.Name(token.text());
            };
            case STRING -> new Expression.Literal(joined(token.text()));
            case INTEGER -> new Expression.Literal(integer(token));
            case FLOAT -> new Expression.Literal(Double.parseDouble(token.text().replace("_", "")));
            default -> bracketed(token);
        };
    }

    private String joined(String first) {
        StringBuilder all = new StringBuilder(first);
        while (peek().kind() == Kind.STRING) {
            all.append(next().text());
        }
        return all.toString();
    }

    private static long integer(Token token) {
        try {
            Long number = Numbers.parsed(token.text(), token.text().chars().allMatch(c -> c == '0') ? 10 : 0);
            if (number != null && !token.text().matches("0_*[1-9].*")) {
                return number;
            }
        } catch (JinjaException e) {
            throw new JinjaException("line " + token.line() + ": " + e.getMessage());
        }
        throw new JinjaException("line " + token.line() + ": " + token.text() + " is no number");
    }

    private Expression bracketed(Token token) {
        switch (token.text()) {
            case "(" -> {
                Expression inside = skipOperator(")") ? new Expression.Sequence(List.of(), true) : null;
                if (inside == null) {
                    inside = tuple();
                    expect(Kind.OPERATOR, ")");
                }
                return inside;
            }
            case "[" -> {
                List<Expression> items = new ArrayList<>();
                while (!skipOperator("]")) {
                    items.add(expression());
                    if (!isOperator("]")) {
                        expect(Kind.OPERATOR, ",");
                    }
                }
                return new Expression.Sequence(items, false);
            }
            case "{" -> {
                return dictionary();
            }
            default -> {
                position--;
                throw wrong("unexpected " + token.text());
            }
        }
    }

    private Expression dictionary() {
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!skipOperator("}")) {
            keys.add(expression());
            expect(Kind.OPERATOR, ":");
            values.add(expression());
            if (!isOperator("}")) {
                expect(Kind.OPERATOR, ",");
            }
        }
        return new Expression.Dictionary(keys, values);
    }

    private Expression postfix(Expression start) {
        Expression value = start;
        while (true) {
            if (skipOperator(".")) {
                value = peek().kind() == Kind.INTEGER
                        ? new Expression.Item(value, new Expression.Literal(integer(next())))
                        : new Expression.Attribute(value, name());
            } else if (skipOperator("[")) {
                value = item(value);
            } else if (skipOperator("(")) {
                value = new Expression.Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    private Expression item(Expression container) {
        Expression first = isOperator(":") ? null : expression();
        if (skipOperator("]")) {
            return new Expression.Item(container, first);
        }
        expect(Kind.OPERATOR, ":");
        Expression stop = isOperator(":") || isOperator("]") ? null : expression();
        Expression step = skipOperator(":") && !isOperator("]") ? expression() : null;
        expect(Kind.OPERATOR, "]");
        return new Expression.Slice(container, first, stop, step);
    }

    /** The arguments behind the opening bracket; the closing one is taken. */
    private Expression.Arguments arguments() {
        List<Expression> inOrder = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        while (!skipOperator(")")) {
            if (peek().kind() == Kind.NAME && tokens.get(position + 1).is(Kind.OPERATOR, "=")) {
                String name = name();
                position++;
                named.put(name, expression());
            } else {
                inOrder.add(expression());
            }
            if (!isOperator(")")) {
                expect(Kind.OPERATOR, ",");
            }
        }
        return new Expression.Arguments(inOrder, named);
    }

    private Expression filtered(Expression start) {
        Expression value = start;
        while (true) {
            if (skipOperator("|")) {
                value = filter(value);
            } else if (skipName("is")) {
                value = test(value);
            } else if (skipOperator("(")) {
                value = new Expression.Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    private Expression.Filter filter(Expression input) {
        String name = name();
        if (!Filters.known(name)) {
            position--;
            throw wrong("there is no filter " + name);
        }
        return new Expression.Filter(input, name, skipOperator("(") ? arguments() : none());
    }

    private Expression test(Expression input) {
        boolean negated = skipName("not");
        String name = name();
        if (!Tests.known(name)) {
            position--;
            throw wrong("there is no test " + name);
        }
        if (skipOperator("(")) {
            return new Expression.Test(input, name, arguments(), negated);
        }
        boolean argument = switch (peek().kind()) {
            case NAME -> !AFTER_TEST.contains(peek().text());
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> isOperator("[") || isOperator("{");
            default -> false;
        };
        return new Expression.Test(input, name, argument
                ? new Expression.Arguments(List.of(postfix(primary())), Map.of()) : none(), negated);
    }

    private static Expression.Arguments none() {
        return new Expression.Arguments(List.of(), Map.of());
    }
}
