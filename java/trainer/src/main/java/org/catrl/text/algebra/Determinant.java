package org.catrl.text.algebra;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** A determinant as TeX's vmatrix writes it. */
final class Determinant {
    private static final int LARGEST = 4;

    private final Tokens tokens;
    private final Supplier<Expr> entry;

    /** A determinant that comes next. @param entry reads one entry */
    Determinant(Tokens tokens, Supplier<Expr> entry) {
        this.tokens = tokens;
        this.entry = entry;
    }

    /** Its expression. @throws UnreadableAnswerException where none stands next, or one too large */
    Expr read() {
        List.of("\\begin", "{", "vmatrix", "}").forEach(tokens::expect);
        List<List<Expr>> rows = new ArrayList<>();
        do {
            List<Expr> row = new ArrayList<>();
            do {
                row.add(entry.get());
            } while (tokens.accept("&"));
            rows.add(row);
        } while (tokens.accept("\\\\") && !tokens.peek().equals("\\end"));
        List.of("\\end", "{", "vmatrix", "}").forEach(tokens::expect);
        if (rows.size() > LARGEST || rows.stream().anyMatch(row -> row.size() != rows.size())) {
            throw new UnreadableAnswerException("a determinant of " + rows.size() + " rows");
        }
        return of(rows);
    }

    private static Expr of(List<List<Expr>> rows) {
        if (rows.size() == 1) {
            return rows.get(0).get(0);
        }
        Expr sum = Expr.of(0);
        for (int column = 0; column < rows.size(); column++) {
            int left = column;
            List<List<Expr>> minor = rows.subList(1, rows.size()).stream().map(row -> IntStream.range(0, row.size())
                    .filter(i -> i != left).mapToObj(row::get).toList()).toList();
            Expr part = Expr.call(Head.TIMES, rows.get(0).get(column), of(minor));
            sum = Expr.call(column % 2 == 0 ? Head.PLUS : Head.MINUS, sum, part);
        }
        return sum;
    }
}
