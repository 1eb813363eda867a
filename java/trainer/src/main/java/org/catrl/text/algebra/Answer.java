package org.catrl.text.algebra;

import java.util.List;

/** What an answer is, beyond a number. */
sealed interface Answer {
    record Value(Expr expr) implements Answer { }

    /** {@code sides.get(i) operators.get(i) sides.get(i + 1)}; one operator at least, spelled =, <, <=, >, >=, != or in. */
    record Relation(List<Answer> sides, List<String> operators) implements Answer { }

    /**
     * Several answers together.
     *
     * @param open  "(", "[", "{" of a set, ":" of a ratio, or "" of a bare list
     * @param close likewise; an interval may open and close differently
     */
    record Items(String open, String close, List<Answer> items) implements Answer {
        /** Sets and bare lists: which solutions there are, not in which order. */
        boolean unordered() {
            return open.isEmpty() || open.equals("{");
        }
    }

    record Union(List<Answer> parts) implements Answer { }

    record Matrix(List<List<Answer>> rows) implements Answer { }
}
