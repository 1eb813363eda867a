package org.catrl.text.algebra;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * A set of real numbers in pieces, from left to right and as few as there can be: intervals, rays and points.
 *
 * @param name   the variable whose values they are; "" where none is named
 * @param pieces the pieces
 */
record Reals(String name, List<Piece> pieces) {
    /**
     * All numbers between two.
     *
     * @param from      the left end, null where there is none
     * @param withFrom  whether the left end belongs to it
     * @param to        the right end, null where there is none
     * @param withTo    whether the right end belongs to it
     */
    record Piece(End from, boolean withFrom, End to, boolean withTo) { }

    /**
     * The end of a piece.
     *
     * @param expr  as it was written
     * @param value its value; null where variables are in it, of which a set has one piece only
     */
    record End(Expr expr, BigDecimal value) { }

    /** The set is none of those that are understood. */
    private static final class Other extends RuntimeException {
        private static final long serialVersionUID = 1;

        Other() {
            super(null, null, false, false);
        }
    }

    /** Whether an answer can only be meant as a set of numbers. */
    static boolean isSet(Answer answer) {
        return answer instanceof Answer.Union || answer instanceof Answer.Without || isLine(answer)
                || answer instanceof Answer.Value value && value.expr().equals(new Expr.Sym("\\emptyset"))
                || answer instanceof Answer.Items items && items.open().isEmpty() && items.items().size() > 1
                        && items.items().stream().allMatch(Reals::isInequality)
                || isInequality(answer);
    }

    private static boolean isInequality(Answer answer) {
        return answer instanceof Answer.Relation relation && relation.operators().stream()
                .allMatch(operator -> !operator.equals("="));
    }

    /** Whether an answer is the set of all real numbers. */
    static boolean isLine(Answer answer) {
        return answer instanceof Answer.Value value && value.expr().equals(new Expr.Sym("\\setR"));
    }

    /** The set that an answer is, empty where it is not understood as one. */
    static Optional<Reals> of(Answer answer, Agreement values) {
        try {
            Reader reader = new Reader(values);
            List<Piece> read = reader.pieces(answer);
            List<Piece> pieces = read.size() == 1 ? read : joined(read);
            return Optional.of(new Reals(reader.name, pieces));
        } catch (Other e) {
            return Optional.empty();
        }
    }

    /** Whether two sets are the same, by this comparison of their ends. */
    boolean same(Reals other, BiPredicate<Expr, Expr> equal) {
        boolean same = pieces.size() == other.pieces.size()
                && (name.isEmpty() || other.name.isEmpty() || name.equals(other.name));
        for (int i = 0; i < pieces.size() && same; i++) {
            Piece a = pieces.get(i);
            Piece b = other.pieces.get(i);
            same = a.withFrom == b.withFrom && a.withTo == b.withTo && same(a.from, b.from, equal)
                    && same(a.to, b.to, equal);
        }
        return same;
    }

    private static boolean same(End a, End b, BiPredicate<Expr, Expr> equal) {
        return a == null || b == null ? a == b : equal.test(a.expr, b.expr);
    }

    /** The pieces from left to right, those that touch joined. */
    private static List<Piece> joined(List<Piece> pieces) {
        if (pieces.stream().anyMatch(piece -> unknown(piece.from) || unknown(piece.to))) {
            throw new Other();
        }
        List<Piece> sorted = new ArrayList<>(pieces);
        sorted.sort(Comparator.comparing((Piece piece) -> piece.from != null)
                .thenComparing((a, b) -> a.from == null || b.from == null ? 0 : a.from.value.compareTo(b.from.value))
                .thenComparing(piece -> !piece.withFrom));
        List<Piece> joined = new ArrayList<>();
        for (Piece piece : sorted) {
            Piece last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (last != null && touch(last, piece)) {
                joined.set(joined.size() - 1, join(last, piece));
            } else {
                joined.add(piece);
            }
        }
        return joined;
    }

    private static boolean unknown(End end) {
        return end != null && end.value == null;
    }

    private static boolean touch(Piece left, Piece right) {
        if (left.to == null || right.from == null) {
            return true;
        }
        int order = left.to.value.compareTo(right.from.value);
        return order > 0 || order == 0 && (left.withTo || right.withFrom);
    }

    private static Piece join(Piece left, Piece right) {
        int order = left.to == null ? 1 : right.to == null ? -1 : left.to.value.compareTo(right.to.value);
        Piece further = order >= 0 ? left : right;
        boolean with = order == 0 ? left.withTo || right.withTo : further.withTo;
        return new Piece(left.from, left.withFrom, further.to, with);
    }

    /** Reads one answer as pieces, and the name of the variable in it. */
    private static final class Reader {
        private final Agreement values;
        private String name = "";

        Reader(Agreement values) {
            this.values = values;
        }

        List<Piece> pieces(Answer answer) {
            if (isLine(answer)) {
                return List.of(new Piece(null, false, null, false));
            } else if (answer instanceof Answer.Union union) {
                return union.parts().stream().flatMap(part -> pieces(part).stream()).toList();
            } else if (answer instanceof Answer.Without without) {
                return without(joined(pieces(without.all())), pieces(without.removed()));
            } else if (answer instanceof Answer.Relation relation) {
                return relation(relation);
            } else if (answer instanceof Answer.Items items) {
                return items(items);
            } else if (answer.equals(new Answer.Value(new Expr.Sym("\\emptyset")))) {
                return List.of();
            }
            throw new Other();
        }

        private List<Piece> items(Answer.Items items) {
            List<Answer> members = items.items();
            if (items.open().equals("{")) {
                return members.stream().map(member -> point(end(member))).toList();
            } else if (items.open().isEmpty() && members.stream().allMatch(Reals::isInequality)) {
                return excluded(members);
            } else if (members.size() != 2 || items.open().isEmpty() || items.open().equals(":")) {
                throw new Other();
            }
            return interval(members.get(0), items.open().equals("["), members.get(1), items.close().equals("]"));
        }

        /** All numbers but some, of conditions that each exclude one. */
        private List<Piece> excluded(List<Answer> conditions) {
            List<Piece> pieces = new ArrayList<>(List.of(new Piece(null, false, null, false)));
            for (Answer condition : conditions) {
                Answer.Relation relation = (Answer.Relation) condition;
                if (relation.operators().equals(List.of("!="))) {
                    named(relation.sides().get(0));
                    pieces = new ArrayList<>(without(pieces, List.of(point(end(relation.sides().get(1))))));
                } else if (!relation.operators().equals(List.of("in")) || !isLine(relation.sides().get(1))) {
                    throw new Other();
                }
            }
            return pieces;
        }

        private static Piece point(End value) {
            return new Piece(value, true, value, true);
        }

        private List<Piece> interval(Answer from, boolean withFrom, Answer to, boolean withTo) {
            End left = infinite(from, Head.NEGATE) ? null : end(from);
            End right = infinite(to, null) ? null : end(to);
            boolean known = left != null && right != null && !unknown(left) && !unknown(right);
            if (known && left.value.compareTo(right.value) >= (withFrom && withTo ? 1 : 0)) {
                throw new Other();
            }
            return List.of(new Piece(left, left != null && withFrom, right, right != null && withTo));
        }

        private static boolean infinite(Answer end, Head sign) {
            Expr infinity = new Expr.Sym("\\infty");
            return end.equals(new Answer.Value(sign == null ? infinity : Expr.call(sign, infinity)));
        }

        private End end(Answer answer) {
            if (!(answer instanceof Answer.Value value)) {
                throw new Other();
            }
            return Numeric.hasVariables(value.expr()) ? new End(value.expr(), null)
                    : new End(value.expr(), values.real(value.expr()).orElseThrow(Other::new));
        }

        private List<Piece> relation(Answer.Relation given) {
            Answer.Relation chain = new Linear(values).solved(Equality.oriented(given));
            List<Answer> sides = chain.sides();
            List<String> operators = chain.operators();
            if (operators.size() == 2 && operators.stream().allMatch(operator -> operator.startsWith("<"))) {
                named(sides.get(1));
                return interval(sides.get(0), operators.get(0).equals("<="), sides.get(2),
                        operators.get(1).equals("<="));
            } else if (operators.size() != 1) {
                throw new Other();
            }
            if (operators.get(0).startsWith("<") && isSize(sides.get(0))) {
                return around(sides.get(0), operators.get(0).equals("<="), end(sides.get(1)));
            } else if (operators.get(0).startsWith("<") && isSize(sides.get(1))) {
                return without(around(sides.get(1), operators.get(0).equals("<"), end(sides.get(0))));
            }
            boolean first = isName(sides.get(0));
            Answer bound = sides.get(first ? 1 : 0);
            named(sides.get(first ? 0 : 1));
            return switch (operators.get(0)) {
                case "in" -> pieces(bound);
                case "=" -> List.of(point(end(bound)));
                case "!=" -> without(List.of(new Piece(null, false, null, false)), List.of(point(end(bound))));
                default -> List.of(first ? new Piece(null, false, end(bound), operators.get(0).equals("<="))
                        : new Piece(end(bound), operators.get(0).equals("<="), null, false));
            };
        }

        /** Whether it is |x|. */
        private static boolean isSize(Answer side) {
            return side instanceof Answer.Value value && value.expr() instanceof Expr.Call call
                    && call.head() == Head.ABS && call.arguments().get(0) instanceof Expr.Sym;
        }

        /** The numbers whose size is below a bound. */
        private List<Piece> around(Answer size, boolean with, End bound) {
            named(new Answer.Value(((Expr.Call) ((Answer.Value) size).expr()).arguments().get(0)));
            if (unknown(bound) || bound.value.signum() <= 0) {
                throw new Other();
            }
            End left = new End(Expr.call(Head.NEGATE, bound.expr), bound.value.negate());
            return List.of(new Piece(left, with, bound, with));
        }

        /** All numbers outside one interval. */
        private static List<Piece> without(List<Piece> interval) {
            Piece piece = interval.get(0);
            return List.of(new Piece(null, false, piece.from, !piece.withFrom),
                    new Piece(piece.to, !piece.withTo, null, false));
        }

        private static boolean isName(Answer side) {
            return side instanceof Answer.Value value && value.expr() instanceof Expr.Sym symbol
                    && Constant.of(symbol.name()).isEmpty();
        }

        private void named(Answer side) {
            if (!isName(side)) {
                throw new Other();
            }
            String here = ((Expr.Sym) ((Answer.Value) side).expr()).name();
            if (!name.isEmpty() && !name.equals(here)) {
                throw new Other();
            }
            name = here;
        }

        /** The pieces without these points. */
        private static List<Piece> without(List<Piece> all, List<Piece> points) {
            List<Piece> left = new ArrayList<>(all);
            for (Piece point : points) {
                if (point.from == null || point.from != point.to || unknown(point.from)
                        || left.stream().anyMatch(piece -> unknown(piece.from) || unknown(piece.to))) {
                    throw new Other();
                }
                left = new ArrayList<>(left.stream().flatMap(piece -> cut(piece, point.from).stream()).toList());
            }
            return left;
        }

        private static List<Piece> cut(Piece piece, End at) {
            int left = piece.from == null ? 1 : at.value.compareTo(piece.from.value);
            int right = piece.to == null ? -1 : at.value.compareTo(piece.to.value);
            if (left < 0 || right > 0 || left == 0 && !piece.withFrom || right == 0 && !piece.withTo) {
                return List.of(piece);
            }
            List<Piece> parts = new ArrayList<>();
            if (left > 0) {
                parts.add(new Piece(piece.from, piece.withFrom, at, false));
            }
            if (right < 0) {
                parts.add(new Piece(at, false, piece.to, piece.withTo));
            }
            return parts;
        }
    }
}
