package org.catrl.text.algebra;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Inequalities that are linear in their one variable, solved for it: 2x + 1 < 5 is x < 2. */
final class Linear {
    private static final Expr ZERO = Expr.of(0);
    private static final Expr ONE = Expr.of(1);

    private final Agreement values;

    /** Inequalities whose numbers are compared like this. */
    Linear(Agreement values) {
        this.values = values;
    }

    /** The inequality with its variable alone, all of its signs pointing one way; others are returned as they are. */
    Answer.Relation solved(Answer.Relation given) {
        List<Expr> sides = new ArrayList<>();
        given.sides().forEach(side -> sides.add(side instanceof Answer.Value value ? value.expr() : null));
        boolean below = given.operators().stream().allMatch(operator -> operator.startsWith("<"));
        Set<String> names = new TreeSet<>();
        sides.stream().filter(side -> side != null).forEach(side -> side.symbols(names));
        names.removeIf(name -> Constant.of(name).isPresent());
        if (!below || sides.contains(null) || names.size() != 1) {
            return given;
        }
        String name = names.iterator().next();
        return sides.size() == 2 ? single(given, sides, name)
                : sides.size() == 3 ? between(given, sides, name) : given;
    }

    private Answer.Relation single(Answer.Relation given, List<Expr> sides, String name) {
        if (sides.stream().anyMatch(Expr.Sym.class::isInstance)) {
            return given;
        }
        Expr difference = Expr.call(Head.MINUS, sides.get(0), sides.get(1));
        int sign = slope(difference, name);
        Expr root = root(ZERO, difference, name);
        List<Expr> solved = sign > 0 ? List.of(new Expr.Sym(name), root) : List.of(root, new Expr.Sym(name));
        return sign == 0 ? given : relation(solved, given.operators());
    }

    private Answer.Relation between(Answer.Relation given, List<Expr> sides, String name) {
        Expr middle = sides.get(1);
        boolean bounds = !Numeric.hasVariables(sides.get(0)) && !Numeric.hasVariables(sides.get(2));
        int sign = bounds && !(middle instanceof Expr.Sym) ? slope(middle, name) : 0;
        if (sign == 0) {
            return given;
        }
        List<Expr> solved = new ArrayList<>(List.of(root(sides.get(0), middle, name), new Expr.Sym(name),
                root(sides.get(2), middle, name)));
        List<String> operators = new ArrayList<>(given.operators());
        if (sign < 0) {
            Collections.reverse(solved);
            Collections.reverse(operators);
        }
        return relation(solved, operators);
    }

    private static Answer.Relation relation(List<Expr> sides, List<String> operators) {
        return new Answer.Relation(sides.stream().<Answer>map(Answer.Value::new).toList(), operators);
    }

    /** The sign of what the variable is multiplied by; 0 where the expression is not linear. */
    private int slope(Expr expr, String name) {
        Expr slope = rise(expr, name);
        Expr line = Expr.call(Head.PLUS, Expr.call(Head.TIMES, slope, new Expr.Sym(name)), expr.with(name, ZERO));
        return values.same(expr, line) ? values.real(slope).map(value -> value.signum()).orElse(0) : 0;
    }

    private static Expr rise(Expr expr, String name) {
        return Expr.call(Head.MINUS, expr.with(name, ONE), expr.with(name, ZERO));
    }

    /** Where the expression has a value. */
    private static Expr root(Expr value, Expr expr, String name) {
        return Expr.call(Head.DIVIDE, Expr.call(Head.MINUS, value, expr.with(name, ZERO)), rise(expr, name));
    }
}
