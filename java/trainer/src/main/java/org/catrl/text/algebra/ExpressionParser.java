package org.catrl.text.algebra;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.catrl.text.Fraction;

/** The expressions in an answer, by recursive descent. Products may be written without a sign. */
final class ExpressionParser {
    private static final int LONGEST_NUMBER = 1000;
    private static final int LARGEST_EXPONENT = 300;
    private static final Set<String> CONSTANTS = Set.of("\\pi", "\\infty", "\\emptyset", "\\varnothing", "\\alpha",
            "\\beta", "\\gamma", "\\delta", "\\theta", "\\lambda", "\\mu", "\\phi", "\\varphi", "\\omega", "\\rho",
            "\\sigma", "\\tau", "\\epsilon", "\\varepsilon", "\\ell", "\\Delta", "\\Omega", "\\Phi", "\\setR", "\\setZ",
            "\\setN", "\\setQ", "\\setC");
    private static final Map<String, String> WORDS = Map.of("pi", "\\pi", "infty", "\\infty", "infinity", "\\infty",
            "inf", "\\infty", "oo", "\\infty");
    private static final Set<String> FIGURES = Set.of("\\angle", "\\triangle");
    private static final Set<String> INVERSES = Set.of("sin", "cos", "tan");
    /** Longer runs of letters are names, not products of variables. */
    private static final int LONGEST_PRODUCT = 3;

    private final Tokens tokens;
    private final int plusMinus;
    /** How many functions of an angle are open, in which degrees count. */
    private int angles;

    /** A parser of what the tokens hold. @param plusMinus 1 or -1: which of the two a plus-minus sign is */
    ExpressionParser(Tokens tokens, int plusMinus) {
        this.tokens = tokens;
        this.plusMinus = plusMinus;
    }

    /** The sum that stands next. @throws UnreadableAnswerException where none does, or one nested too deeply */
    Expr sum() {
        tokens.enter();
        Expr sum = signed();
        while (true) {
            Integer sign = sign();
            if (sign == null) {
                tokens.leave();
                return sum;
            }
            sum = Expr.call(sign > 0 ? Head.PLUS : Head.MINUS, sum, signed());
        }
    }

    private Expr signed() {
        Integer sign = sign();
        return sign == null || sign > 0 ? product() : Expr.call(Head.NEGATE, product());
    }

    /** The sign that comes next, 1 or -1, which is taken; null where none does. */
    private Integer sign() {
        return switch (tokens.peek()) {
            case "+" -> taken(1);
            case "-" -> taken(-1);
            case "\\pm", "\u00b1" -> taken(plusMinus);
            case "\\mp" -> taken(-plusMinus);
            default -> null;
        };
    }

    private int taken(int sign) {
        tokens.next();
        return sign;
    }

    private Expr product() {
        Expr product = power();
        while (true) {
            String token = tokens.peek();
            boolean star = token.equals("*") && !tokens.peek(1).equals("*");
            if (star || token.equals("\\cdot") || token.equals("\\times")) {
                tokens.next();
                product = Expr.call(Head.TIMES, product, factor());
            } else if (token.equals("/") || token.equals("\\div")) {
                tokens.next();
                product = Expr.call(Head.DIVIDE, product, factor());
            } else if (startsFactor(token) && !isDigit(token)) {
                product = Expr.call(Head.TIMES, product, power());
            } else {
                return product;
            }
        }
    }

    /** The factor behind a sign of multiplication, where another sign may stand: 2*-3. */
    private Expr factor() {
        Integer sign = sign();
        return sign == null || sign > 0 ? power() : Expr.call(Head.NEGATE, power());
    }

    private static boolean isDigit(String token) {
        return !token.isEmpty() && (Character.isDigit(token.charAt(0)) || token.length() > 1 && token.charAt(0) == '.');
    }

    private static boolean startsFactor(String token) {
        return isDigit(token) || token.equals("(") || token.equals("[") || token.equals("{")
                || CONSTANTS.contains(token)
                || token.equals("\\frac") || token.equals("\\sqrt") || token.equals("\\binom")
                || token.equals("\\sum") || token.equals("\\prod") || token.equals("\\int")
                || !token.isEmpty() && Character.isLetter(token.charAt(0))
                || token.startsWith("\\") && Head.function(token.substring(1)) != null;
    }

    private Expr power() {
        Expr base = primary();
        while (tokens.peek().equals("!") && !tokens.peek(1).equals("=")) {
            tokens.next();
            base = Expr.call(Head.FACTORIAL, base);
            if (tokens.peek().equals("!") && !tokens.peek(1).equals("=")) {
                throw new UnreadableAnswerException("a double factorial, or two");
            }
        }
        while (tokens.accept("\u00b0")) {
            base = angles > 0 ? Expr.call(Head.DIVIDE, Expr.call(Head.TIMES, base, new Expr.Sym("\\pi")), Expr.of(180))
                    : base;
        }
        return tokens.accept("^") || tokens.accept("**") ? Expr.call(Head.POWER, base, exponent()) : base;
    }

    private Expr exponent() {
        if (tokens.peek().equals("{")) {
            return group("{", "}");
        }
        tokens.enter();
        Integer sign = sign();
        if (tokens.peek().matches("[A-Za-z]{2,3}") && !WORDS.containsKey(tokens.peek())) {
            throw new UnreadableAnswerException("a power without braces, " + tokens.peek());
        }
        Expr exponent = power();
        tokens.leave();
        return sign == null || sign > 0 ? exponent : Expr.call(Head.NEGATE, exponent);
    }

    private Expr primary() {
        String token = tokens.peek();
        if (token.equals("{") && tokens.peek(1).equals("}")) {
            tokens.next();
            tokens.next();
            token = tokens.peek();
        }
        if (isDigit(token)) {
            return number(tokens.next());
        }
        switch (token) {
            case "(":
                return group("(", ")");
            case "[":
                return group("[", "]");
            case "{":
                return group("{", "}");
            case "|":
                return group("|", "|", Head.ABS);
            case "\\lfloor":
                return group("\\lfloor", "\\rfloor", Head.FLOOR);
            case "\\lceil":
                return group("\\lceil", "\\rceil", Head.CEIL);
            case "^", "_":
                return chosen();
            case "\\begin":
                return new Determinant(tokens, this::sum).read();
            default:
                tokens.next();
                return named(token);
        }
    }

    private Expr group(String open, String close) {
        tokens.expect(open);
        Expr inside = sum();
        if (open.equals("{") && tokens.accept("\\choose")) {
            inside = Expr.call(Head.BINOMIAL, inside, sum());
        } else if (open.equals("{") && tokens.accept("\\over")) {
            inside = Expr.call(Head.DIVIDE, inside, sum());
        }
        tokens.expect(close);
        return inside;
    }

    private Expr group(String open, String close, Head head) {
        return Expr.call(head, group(open, close));
    }

    private Expr named(String token) {
        if (WORDS.containsKey(token)) {
            return new Expr.Sym(WORDS.get(token));
        }
        if (token.equals("\\Delta") && tokens.peek().matches("[A-Za-z]+")) {
            return new Expr.Sym(token + " " + tokens.next());
        }
        if (CONSTANTS.contains(token)) {
            return subscripted(token);
        }
        String name = token.startsWith("\\") ? token.substring(1) : token;
        return switch (name) {
            case "frac" -> Expr.call(Head.DIVIDE, argument(), argument());
            case "binom" -> Expr.call(Head.BINOMIAL, argument(), argument());
            case "sqrt" -> root();
            case "sum", "prod" -> series(name.equals("prod"));
            case "int" -> integral();
            case "lg" -> function("log");
            default -> Head.function(name) != null ? function(name)
                    : FIGURES.contains(token) ? figure(token) : letters(token);
        };
    }

    /** A number of choices: 5 above, C or P, 2 below. */
    private Expr chosen() {
        tokens.next();
        Expr all = argument();
        String kind = tokens.next();
        tokens.accept("_");
        Expr some = argument();
        return choices(kind, all, some);
    }

    private static Expr choices(String kind, Expr all, Expr some) {
        return switch (kind) {
            case "C" -> Expr.call(Head.BINOMIAL, all, some);
            case "P" -> Expr.call(Head.DIVIDE, Expr.call(Head.FACTORIAL, all),
                    Expr.call(Head.FACTORIAL, Expr.call(Head.MINUS, all, some)));
            default -> throw new UnreadableAnswerException(kind);
        };
    }

    /** C(5,2). */
    private Expr choices(String kind) {
        tokens.expect("(");
        Expr all = sum();
        tokens.expect(",");
        Expr some = sum();
        tokens.expect(")");
        return choices(kind, all, some);
    }

    /** An angle's or a triangle's name. */
    private Expr figure(String token) {
        String corners = tokens.next();
        if (!corners.matches("[A-Za-z]{1,3}|\\d")) {
            throw new UnreadableAnswerException(token + " " + corners);
        }
        return new Expr.Sym(token + corners);
    }

    private Expr series(boolean product) {
        Expr to = tokens.accept("^") ? exponent() : null;
        tokens.expect("_");
        tokens.expect("{");
        String index = tokens.next();
        tokens.expect("=");
        Expr from = sum();
        tokens.expect("}");
        if (to == null) {
            tokens.expect("^");
            to = exponent();
        }
        Expr term = product();
        Set<String> names = new HashSet<>();
        term.symbols(names);
        // the index of F_k is in a name, where no number can take its place
        if (!index.matches("[a-z]") || names.stream().anyMatch(name -> !name.equals(index) && name.contains(index)
                && name.matches(".*[_(].*"))) {
            throw new UnreadableAnswerException("a series over " + index);
        }
        return new Expr.Series(product, index, from, to, term);
    }

    private Expr integral() {
        Expr to = tokens.accept("^") ? exponent() : null;
        tokens.expect("_");
        Expr from = argument();
        if (to == null) {
            tokens.expect("^");
            to = exponent();
        }
        Tokens inside = tokens.untilDifferential();
        String differential = tokens.next();
        String variable = differential.substring(differential.length() - 1);
        Expr integrand = inside.done() ? Expr.of(1) : new ExpressionParser(inside, plusMinus).sum();
        if (!inside.done()) {
            throw new UnreadableAnswerException("left over: " + inside.peek());
        }
        Expr whole = new Antiderivative(variable).of(integrand);
        return Expr.call(Head.MINUS, whole.with(variable, to), whole.with(variable, from));
    }

    private Expr argument() {
        return tokens.peek().equals("{") ? group("{", "}") : primary();
    }

    private Expr root() {
        if (!tokens.peek().equals("[")) {
            return Expr.call(Head.SQRT, tokens.peek().equals("(") ? group("(", ")") : argument());
        }
        Expr degree = group("[", "]");
        Expr radicand = argument();
        return Expr.call(Head.ROOT, radicand, degree);
    }

    private Expr function(String name) {
        Expr power = null;
        Expr base = null;
        if (tokens.accept("^")) {
            power = exponent();
        }
        if (tokens.accept("_")) {
            base = argument();
        }
        boolean inverse = INVERSES.contains(name) && power instanceof Expr.Call minus && minus.head() == Head.NEGATE
                && minus.arguments().get(0).equals(Expr.of(1));
        if (Head.function(name).several()) {
            return several(Head.function(name));
        }
        angles += Head.function(name).trigonometric() && !inverse ? 1 : 0;
        tokens.enter();
        Expr argument = tokens.peek().equals("(") ? group("(", ")") : applied();
        tokens.leave();
        angles -= Head.function(name).trigonometric() && !inverse ? 1 : 0;
        Expr value = base == null ? Expr.call(Head.function(inverse ? "arc" + name : name), argument)
                : Expr.call(Head.DIVIDE, Expr.call(Head.LN, argument), Expr.call(Head.LN, base));
        return power == null || inverse ? value : Expr.call(Head.POWER, value, power);
    }

    private Expr several(Head head) {
        String close = switch (tokens.next()) {
            case "(" -> ")";
            case "\\{" -> "\\}";
            case "{" -> "}";
            default -> throw new UnreadableAnswerException(head + " without brackets");
        };
        List<Expr> arguments = new ArrayList<>();
        do {
            arguments.add(sum());
        } while (tokens.accept(","));
        tokens.expect(close);
        return new Expr.Call(head, arguments);
    }

    /** The argument of a function without brackets: sin 2x cos y is (sin 2x)(cos y). */
    private Expr applied() {
        Expr product = power();
        while (startsFactor(tokens.peek()) && !isDigit(tokens.peek()) && !tokens.peek().equals("(")
                && Head.function(tokens.peek().replace("\\", "")) == null) {
            product = Expr.call(Head.TIMES, product, power());
        }
        return product;
    }

    private Expr letters(String token) {
        if (!token.matches("[A-Za-z]+")) {
            throw new UnreadableAnswerException(token.isEmpty() ? "nothing" : token);
        }
        if (token.length() == 1) {
            return variable(token);
        }
        if (token.length() > LONGEST_PRODUCT || token.matches("d[a-z]")) { // dx is no product
            return new Expr.Sym(token.toLowerCase());
        }
        List<Expr> factors = new ArrayList<>();
        for (int i = 0; i < token.length() - 1; i++) {
            factors.add(new Expr.Sym(token.substring(i, i + 1)));
        }
        Expr last = variable(token.substring(token.length() - 1));
        if (tokens.accept("^") || tokens.accept("**")) {
            last = Expr.call(Head.POWER, last, exponent());
        }
        for (int i = factors.size() - 1; i >= 0; i--) {
            last = Expr.call(Head.TIMES, factors.get(i), last);
        }
        return last;
    }

    /** A letter with its marks and, of the usual names of functions, with its arguments. */
    private Expr variable(String letter) {
        if ((letter.equals("C") || letter.equals("P")) && tokens.peek().equals("(") && tokens.opensSeveral()) {
            return choices(letter);
        }
        Expr.Sym symbol = subscripted(letter);
        if (letter.equals("P") && tokens.peek().equals("(")) {
            return new Expr.Sym(symbol.name() + tokens.bracketed()); // a probability, of whatever event
        }
        boolean known = "fghFGH".contains(letter) || Constant.of(letter).isEmpty() && isDigit(tokens.peek(1))
                && tokens.peek(2).equals(")") && !tokens.peek(3).equals("("); // y(0) is no product
        if (known && tokens.peek().equals("(")) {
            Expr argument = group("(", ")");
            return new Expr.Sym(symbol.name() + "(" + argument.text() + ")");
        }
        return symbol;
    }

    private Expr.Sym subscripted(String name) {
        StringBuilder whole = new StringBuilder(name);
        while (tokens.accept("'")) {
            whole.append('\'');
        }
        if (tokens.accept("_")) {
            whole.append('_').append(tokens.peek().equals("{") ? group("{", "}").text() : tokens.next());
        }
        return new Expr.Sym(whole.toString());
    }

    private Expr number(String token) {
        if (token.length() > LONGEST_NUMBER) {
            throw new UnreadableAnswerException("a number of " + token.length() + " digits");
        }
        int e = Math.max(token.indexOf('e'), token.indexOf('E'));
        String digits = e < 0 ? token : token.substring(0, e);
        int exponent = e < 0 ? 0 : exponent(token.substring(e + 1));
        int point = digits.indexOf('.');
        int decimals = point < 0 ? 0 : digits.length() - point - 1;
        Fraction value = Fraction.of(new BigInteger(digits.replace(".", "")), BigInteger.TEN.pow(decimals))
                .times(Fraction.of(10).power(exponent));
        if (tokens.peek().equals("_")) {
            return subscripted(token); // a number in another base is not this number
        }
        if (tokens.peek().matches("[CP]") && tokens.peek(1).matches("\\d{1,9}")) {
            return choices(tokens.next(), Expr.of(value), Expr.of(Long.parseLong(tokens.next())));
        }
        if (tokens.peek().equals("\\overline")) {
            return repeating(value, decimals);
        }
        return mixed(new Expr.Num(value, decimals > 0 && e < 0 ? token : ""));
    }

    private static int exponent(String digits) {
        if (digits.length() > 5 || Math.abs(Integer.parseInt(digits)) > LARGEST_EXPONENT) {
            throw new UnreadableAnswerException("a number with the exponent " + digits);
        }
        return Integer.parseInt(digits);
    }

    private Expr repeating(Fraction value, int decimals) {
        tokens.next();
        tokens.expect("{");
        String period = tokens.next();
        tokens.expect("}");
        if (!period.matches("\\d{1,20}")) {
            throw new UnreadableAnswerException("\\overline{" + period + "}");
        }
        BigInteger nines = BigInteger.TEN.pow(period.length()).subtract(BigInteger.ONE);
        return Expr.of(value.plus(Fraction.of(new BigInteger(period), nines.multiply(BigInteger.TEN.pow(decimals)))));
    }

    /** The number, with the fraction behind it: 918\frac{1}{2} is a sum, and a product before other fractions. */
    private Expr mixed(Expr.Num whole) {
        boolean fraction = whole.decimals().isEmpty() && tokens.peek().equals("\\frac") && tokens.peek(1).equals("{")
                && isDigit(tokens.peek(2)) && tokens.peek(3).equals("}") && tokens.peek(4).equals("{")
                && isDigit(tokens.peek(5)) && tokens.peek(6).equals("}");
        if (!fraction) {
            return whole;
        }
        tokens.next();
        return Expr.call(Head.PLUS, whole, Expr.call(Head.DIVIDE, argument(), argument()));
    }
}
