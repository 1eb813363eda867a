package org.catrl.text.algebra;

import java.util.List;

/** What an answer is, beyond a number. */
sealed interface Answer {
    /** A scalar. */
    record Value(Expr expr) implements Answer { }

    /** A chain {@code sides.get(i) operators.get(i) sides.get(i + 1)}; one or more of =, ~, <, <=, >, >=, != and in. */
    record Relation(List<Answer> sides, List<String> operators) implements Answer {
        /** The chain up to a side, with at least one operator. */
        Relation upTo(int side) {
            return new Relation(sides.subList(0, side + 1), operators.subList(0, side));
        }
    }

    /**
     * Several answers together.
     *
     * @param open  "(", "[", "{" of a set, ":" of a ratio, or "" of a bare list
     * @param close the counterpart; an interval may open and close differently
     */
    record Items(String open, String close, List<Answer> items) implements Answer {
        /** Whether only the items count and not their order: in sets and bare lists, not in tuples and intervals. */
        boolean unordered() {
            return open.isEmpty() || open.equals("{");
        }
    }

    /** Intervals or sets together, in any order. */
    record Union(List<Answer> parts) implements Answer { }

    /** A set without the members of another. */
    record Without(Answer all, Answer removed) implements Answer { }

    /** A matrix, row by row. */
    record Matrix(List<List<Answer>> rows) implements Answer { }
}
