package org.catrl.text.algebra;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.catrl.text.Fraction;
import org.catrl.text.LongDecimal;

/**
 * Whether two answers are the same. A name that one of them is given to drops out only where the other has none: x = 5
 * is 5 and not y = 5. Conditions on one variable are the sets of numbers that they allow.
 */
final class Equality {
    /** The fewest digits, and the fewest behind the point, of a decimal that stands for what it rounds. */
    private static final int ROUNDED_DIGITS = 15;
    private static final int ROUNDED_DECIMALS = 12;
    private static final MathContext EXACTLY = new MathContext(1100);

    private final Exact exact;
    private final Agreement agreement;

    /** Comparisons within a budget. */
    Equality(Budget budget) {
        this.exact = new Exact(budget);
        this.agreement = new Agreement(budget);
    }

    /** Whether two answers are the same. */
    boolean same(Answer a, Answer b) {
        return a.equals(b) || (Reals.isSet(a) || Reals.isSet(b)) && sets(a, b) || alike(a, b);
    }

    private boolean sets(Answer a, Answer b) {
        Optional<Reals> x = Reals.of(a, agreement);
        Optional<Reals> y = Reals.of(b, agreement);
        return x.isPresent() && y.isPresent() && x.get().same(y.get(), this::same);
    }

    private boolean alike(Answer first, Answer second) {
        Answer a = oneByOne(first, second);
        Answer b = oneByOne(second, first);
        if (a instanceof Answer.Relation left && b instanceof Answer.Relation right) {
            return relations(left, right);
        } else if (a instanceof Answer.Relation left) {
            return assigned(left).filter(value -> same(value, b)).isPresent();
        } else if (b instanceof Answer.Relation right) {
            return assigned(right).filter(value -> same(a, value)).isPresent();
        } else if (a instanceof Answer.Value x && b instanceof Answer.Value y) {
            return same(x.expr(), y.expr());
        } else if (a instanceof Answer.Value x && b instanceof Answer.Items y) {
            return quotient(x, y);
        } else if (a instanceof Answer.Items x && b instanceof Answer.Value y) {
            return quotient(y, x);
        } else if (a instanceof Answer.Items x && b instanceof Answer.Items y) {
            return items(x, y) || point(x, y) || point(y, x);
        } else if (a instanceof Answer.Matrix || b instanceof Answer.Matrix) {
            return matrices(column(a), column(b)) || matrices(a, b);
        }
        return a instanceof Answer.Union x && b instanceof Answer.Union y && inAnyOrder(x.parts(), y.parts());
    }

    /** The equations that (x,y)=(1,2) is, where the other answer is a list of equations. */
    private static Answer oneByOne(Answer answer, Answer other) {
        boolean list = other instanceof Answer.Items items && items.open().isEmpty() && !names(items).isEmpty();
        if (!list || !(answer instanceof Answer.Relation relation) || !relation.operators().equals(List.of("="))
                || !(relation.sides().get(0) instanceof Answer.Items x)
                || !(relation.sides().get(1) instanceof Answer.Items y) || x.items().size() != y.items().size()) {
            return answer;
        }
        return new Answer.Items("", "", IntStream.range(0, x.items().size()).<Answer>mapToObj(i ->
                new Answer.Relation(List.of(x.items().get(i), y.items().get(i)), List.of("="))).toList());
    }

    private boolean items(Answer.Items x, Answer.Items y) {
        if (x.open().equals(":") && y.open().equals(":")) {
            return inOrder(x.items(), y.items()) || ratios(x.items(), y.items());
        }
        if (!x.unordered() || !y.unordered()) {
            return x.open().equals(y.open()) && x.close().equals(y.close()) && inOrder(x.items(), y.items());
        }
        Set<Answer> left = names(x);
        Set<Answer> right = names(y);
        // without the names, only the order says which is which
        boolean order = left.isEmpty() != right.isEmpty() && left.size() + right.size() > 1;
        return order ? inOrder(x.items(), y.items()) : inAnyOrder(x.items(), y.items());
    }

    /** Whether two ratios of numbers are the same one: 3:4 is 6:8, but 12:30, which may be a time, is no 2:5. */
    private boolean ratios(List<Answer> x, List<Answer> y) {
        return x.size() == y.size() && !time(x) && !time(y) && IntStream.range(1, x.size()).allMatch(i ->
                product(x.get(0), y.get(i)).filter(left -> product(y.get(0), x.get(i)).filter(left::equals)
                        .isPresent()).isPresent());
    }

    private Optional<Fraction> product(Answer a, Answer b) {
        return a instanceof Answer.Value x && b instanceof Answer.Value y
                ? exact.of(Expr.call(Head.TIMES, x.expr(), y.expr())).filter(product -> product.signum() != 0)
                : Optional.empty();
    }

    /** Whether a fraction is a ratio: 3/4 is 3:4; but 2:1 is no 2. */
    private boolean quotient(Answer.Value value, Answer.Items ratio) {
        Optional<Fraction> fraction = exact.of(value.expr()).filter(number -> !number.whole());
        return ratio.open().equals(":") && ratio.items().size() == 2 && !time(ratio.items())
                && ratio.items().get(0) instanceof Answer.Value over
                && ratio.items().get(1) instanceof Answer.Value under
                && fraction.isPresent() && exact.of(Expr.call(Head.DIVIDE, over.expr(), under.expr()))
                .filter(fraction.get()::equals).isPresent();
    }

    private boolean time(List<Answer> parts) {
        return parts.get(1) instanceof Answer.Value minutes && exact.of(minutes.expr())
                .filter(number -> number.compareTo(Fraction.of(9)) > 0 && number.compareTo(Fraction.of(60)) < 0)
                .isPresent();
    }

    private static Set<Answer> names(Answer.Items items) {
        return items.items().stream().map(item -> item instanceof Answer.Relation relation
                && assigned(relation).isPresent() ? relation.sides().get(0) : null).filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    /** Whether x = 1, y = 2 are the coordinates of a point, in the order of the letters. */
    private boolean point(Answer.Items equations, Answer.Items point) {
        List<Answer> values = new ArrayList<>();
        String last = "";
        boolean tuple = point.open().equals("(") && point.close().equals(")") && equations.open().isEmpty()
                && equations.items().size() == point.items().size() && equations.items().size() > 1;
        for (Answer item : tuple ? sorted(equations.items()) : List.<Answer>of()) {
            String name = coordinate(item);
            if (name.compareTo(last) <= 0) {
                return false;
            }
            last = name;
            values.add(((Answer.Relation) item).sides().get(1));
        }
        return tuple && inOrder(values, point.items());
    }

    private static List<Answer> sorted(List<Answer> items) {
        return items.stream().sorted(Comparator.comparing(Equality::coordinate)).toList();
    }

    /** The letter to which an equation gives a value; "" of other answers. */
    private static String coordinate(Answer item) {
        return item instanceof Answer.Relation relation && relation.operators().equals(List.of("="))
                && relation.sides().get(0) instanceof Answer.Value name && name.expr() instanceof Expr.Sym symbol
                && symbol.name().matches("[a-z]") && isName(symbol) ? symbol.name() : "";
    }

    private boolean matrices(Answer a, Answer b) {
        return a instanceof Answer.Matrix x && b instanceof Answer.Matrix y && x.rows().size() == y.rows().size()
                && IntStream.range(0, x.rows().size()).allMatch(row -> inOrder(x.rows().get(row), y.rows().get(row)));
    }

    /** The column that a tuple is, where it is compared with one; other answers are themselves. */
    private static Answer column(Answer answer) {
        return answer instanceof Answer.Items items && items.open().equals("(") && items.close().equals(")")
                ? new Answer.Matrix(items.items().stream().map(List::of).toList()) : answer;
    }

    private boolean inOrder(List<Answer> a, List<Answer> b) {
        return a.size() == b.size() && IntStream.range(0, a.size()).allMatch(i -> same(a.get(i), b.get(i)));
    }

    private boolean inAnyOrder(List<Answer> a, List<Answer> b) {
        List<Answer> left = new ArrayList<>(b);
        return a.size() == b.size() && a.stream().allMatch(answer -> {
            int match = IntStream.range(0, left.size()).filter(i -> same(answer, left.get(i))).findFirst().orElse(-1);
            return match >= 0 && left.remove(match) != null;
        });
    }

    /**
     * What the name stands for in x = 5, in a chain of equations that starts with a name, and in x in S; what is
     * rounded in 19/6 \approx 3.17.
     */
    private static Optional<Answer> assigned(Answer.Relation relation) {
        int about = relation.operators().indexOf("~");
        if (about >= 0) {
            Answer before = relation.sides().get(about);
            return about > 0 ? assigned(relation.upTo(about))
                    : Optional.of(isName(before) ? relation.sides().get(1) : before);
        }
        boolean assigns = relation.operators().stream().allMatch("="::equals)
                || relation.operators().equals(List.of("in"));
        return assigns && isName(relation.sides().get(0))
                ? Optional.of(relation.sides().get(relation.sides().size() - 1)) : Optional.empty();
    }

    private static boolean isName(Answer side) {
        if (side instanceof Answer.Items items) {
            return !items.unordered() && items.items().stream().allMatch(Equality::isName);
        }
        return side instanceof Answer.Value value && isName(value.expr());
    }

    /**
     * Whether the expression is a variable, a product of capitals (a side's two end points), of words, or the ratio of
     * two names.
     */
    private static boolean isName(Expr expr) {
        return expr instanceof Expr.Sym symbol ? isName(symbol)
                : expr instanceof Expr.Call call && call.arguments().stream().allMatch(Equality::isName)
                        && (call.head() == Head.DIVIDE || call.head() == Head.TIMES && call.arguments().stream()
                                .allMatch(Equality::isPartOfName));
    }

    private static boolean isName(Expr.Sym symbol) {
        return Constant.of(symbol.name()).filter(constant -> constant != Constant.E).isEmpty();
    }

    private static boolean isPartOfName(Expr expr) {
        return expr instanceof Expr.Sym symbol
                ? symbol.name().matches("[A-Z].*|[a-z]{2,}|\\\\angle.*|m") : isName(expr);
    }

    private boolean relations(Answer.Relation a, Answer.Relation b) {
        Answer.Relation x = oriented(a);
        Answer.Relation y = oriented(b);
        if (x.operators().equals(y.operators()) && inOrder(x.sides(), y.sides())) {
            return true;
        }
        if (assigned(a).isPresent() && assigned(b).isPresent() && a.sides().get(0).equals(b.sides().get(0))
                && same(assigned(a).get(), assigned(b).get())) {
            return true;
        }
        String operator = x.operators().get(0);
        if (!x.operators().equals(y.operators()) || x.operators().size() > 1 || operator.equals("in")) {
            return false;
        }
        Optional<Expr> left = difference(x);
        Optional<Expr> right = difference(y);
        return left.isPresent() && right.isPresent()
                && (agreement.proportional(left.get(), right.get(), operator.startsWith("<"))
                || operator.equals("=") && multiplied(left.get(), right.get()));
    }

    /** The relation with {@code <} and {@code <=} instead of {@code >} and {@code >=}. */
    static Answer.Relation oriented(Answer.Relation relation) {
        if (!relation.operators().stream().allMatch(operator -> operator.startsWith(">"))) {
            return relation;
        }
        List<Answer> sides = new ArrayList<>();
        List<String> operators = new ArrayList<>();
        for (int i = relation.sides().size() - 1; i >= 0; i--) {
            sides.add(relation.sides().get(i));
        }
        for (int i = relation.operators().size() - 1; i >= 0; i--) {
            operators.add(relation.operators().get(i).replace('>', '<'));
        }
        return new Answer.Relation(sides, operators);
    }

    /** Whether one equation is the other times what that is divided by: xy = 1 and y = 1/x, not x = y and x/y = 1. */
    private boolean multiplied(Expr left, Expr right) {
        Expr x = numerator(left, right);
        Expr y = numerator(right, left);
        return (x != left || y != right) && agreement.proportional(x, y, false);
    }

    /** A difference times its sides' divisors, those that are products of variables which the other never lets be 0. */
    private Expr numerator(Expr difference, Expr other) {
        Expr all = difference;
        for (Expr side : ((Expr.Call) difference).arguments()) {
            Expr unsigned = unsigned(side);
            boolean divided = unsigned instanceof Expr.Call call && call.head() == Head.DIVIDE
                    && neverZero(call.arguments().get(1), other);
            all = divided ? Expr.call(Head.TIMES, all, ((Expr.Call) unsigned).arguments().get(1)) : all;
        }
        return all;
    }

    private boolean neverZero(Expr divisor, Expr difference) {
        Set<String> names = new TreeSet<>();
        divisor.symbols(names);
        return isMonomial(divisor) && !names.isEmpty() && names.stream().map(name -> difference.with(name, Expr.of(0)))
                .allMatch(this::isNonzeroConstant);
    }

    private boolean isNonzeroConstant(Expr expr) {
        Set<String> names = new TreeSet<>();
        expr.symbols(names);
        Expr placed = expr;
        for (String name : names) {
            placed = placed.with(name, Expr.of(0));
        }
        Optional<Expr> value = exact.of(placed).filter(number -> number.signum() != 0).map(Expr::of);
        return value.isPresent() && (!Numeric.hasVariables(expr) || agreement.same(expr, value.get()));
    }

    private static boolean isMonomial(Expr expr) {
        return expr instanceof Expr.Sym || expr instanceof Expr.Num || expr instanceof Expr.Call call
                && (call.head() == Head.TIMES
                        || call.head() == Head.POWER && call.arguments().get(1) instanceof Expr.Num)
                && call.arguments().stream().allMatch(Equality::isMonomial);
    }

    private static Optional<Expr> difference(Answer.Relation relation) {
        return relation.sides().get(0) instanceof Answer.Value left
                && relation.sides().get(1) instanceof Answer.Value right
                ? Optional.of(Expr.call(Head.MINUS, left.expr(), right.expr())) : Optional.empty();
    }

    private boolean same(Expr a, Expr b) {
        Optional<Fraction> x = exact.of(a);
        Optional<Fraction> y = exact.of(b);
        if (x.isPresent() && y.isPresent()) {
            return x.get().equals(y.get()) || rounds(a, y.get()) || rounds(b, x.get());
        }
        return a.equals(b) || rounds(a, b) || rounds(b, a) || agreement.same(a, b);
    }

    /** Whether a long decimal is a fraction rounded or cut to its digits, which cannot write it in full. */
    private static boolean rounds(Expr decimal, Fraction value) {
        Optional<Expr.Num> written = longDecimal(decimal);
        if (written.isEmpty()) {
            return false;
        }
        int decimals = decimals(written.get());
        return !value.endsWithin(decimals)
                && LongDecimal.rounds(decimal(exactly(decimal, written.get())), decimal(value), decimals);
    }

    private static BigDecimal decimal(Fraction value) {
        return new BigDecimal(value.over()).divide(new BigDecimal(value.under()), EXACTLY);
    }

    /** Whether a long decimal is another number rounded or cut to its digits. */
    private boolean rounds(Expr decimal, Expr other) {
        Optional<Expr.Num> written = longDecimal(decimal);
        if (written.isEmpty() || Numeric.hasVariables(other)) {
            return false;
        }
        Optional<BigDecimal> value = agreement.real(other);
        Optional<BigDecimal> here = agreement.real(decimal);
        return value.isPresent() && here.isPresent()
                && LongDecimal.rounds(here.get(), value.get(), decimals(written.get()));
    }

    private static Fraction exactly(Expr decimal, Expr.Num written) {
        return decimal == written ? written.value() : written.value().negated();
    }

    private static Optional<Expr.Num> longDecimal(Expr expr) {
        return unsigned(expr) instanceof Expr.Num number && decimals(number) >= ROUNDED_DECIMALS
                && number.decimals().replace(".", "").replaceFirst("^0+", "").length() >= ROUNDED_DIGITS
                ? Optional.of(number) : Optional.empty();
    }

    private static Expr unsigned(Expr expr) {
        return expr instanceof Expr.Call call && call.head() == Head.NEGATE ? call.arguments().get(0) : expr;
    }

    private static int decimals(Expr.Num number) {
        return number.decimals().isEmpty() ? 0 : number.decimals().length() - number.decimals().indexOf('.') - 1;
    }
}
