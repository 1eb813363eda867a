package org.catrl.text.algebra;

import java.util.Map;
import java.util.stream.Collectors;

/** Expressions in Symja's language, all of it calls and numbers, so that nothing in a name can be read as code. */
final class SymjaText {
    private SymjaText() { }

    /** The text with the variables as they are, for printing and comparing only. */
    static String of(Expr expr) {
        return of(expr, null);
    }

    /** The text for Symja. @param names what Symja knows each variable by */
    static String of(Expr expr, Map<String, String> names) {
        if (expr instanceof Expr.Num number) {
            return "(" + number.value().getNumerator() + "/" + number.value().getDenominator() + ")";
        }
        if (expr instanceof Expr.Sym symbol) {
            return names == null ? symbol.name() : Constant.of(symbol.name()).map(Constant::symja)
                    .orElseGet(() -> names.get(symbol.name()));
        }
        Expr.Call call = (Expr.Call) expr;
        return call.head().symja() + "(" + call.arguments().stream().map(argument -> of(argument, names))
                .collect(Collectors.joining(",")) + ")";
    }
}
