package org.catrl.text.algebra;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.matheclipse.core.eval.EvalEngine;
import org.matheclipse.core.eval.ExprEvaluator;

/** Symja, asked for proofs. Belongs to one thread. */
final class Prover {
    /** The size of what is asked of it at most, so that it comes to an end. */
    private static final int LARGEST = 300;
    private static final double HIGHEST_POWER = 64;

    private final EvalEngine engine = new EvalEngine(true);
    private final ExprEvaluator symja = new ExprEvaluator(engine, true, (short) 1);

    /** Whether two expressions are proved the same or, with {@code factor}, one a constant times the other. */
    boolean same(Expr a, Expr b, boolean factor) {
        if (size(a) + size(b) > LARGEST) {
            return false;
        }
        Map<String, String> names = names(a, b);
        String left = SymjaText.of(a, names);
        String right = SymjaText.of(b, names);
        if (factor) {
            return symja.eval("Simplify((" + left + ")/(" + right + "))").isNumericFunction();
        }
        String difference = "Subtract(" + left + "," + right + ")";
        return symja.eval("PossibleZeroQ(" + difference + ")").isTrue()
                || symja.eval("Simplify(" + difference + ")").isZero();
    }

    /** Gives up what is being evaluated; from any thread. */
    void stop() {
        engine.stopRequest();
    }

    private static Map<String, String> names(Expr a, Expr b) {
        Set<String> symbols = new TreeSet<>();
        a.symbols(symbols);
        b.symbols(symbols);
        Map<String, String> names = new HashMap<>();
        symbols.forEach(symbol -> names.put(symbol, "v" + names.size()));
        return names;
    }

    private static int size(Expr expr) {
        if (!(expr instanceof Expr.Call call)) {
            return 1;
        }
        if (call.head() == Head.POWER && new Numeric(0).of(call.arguments().get(1)).norm() > HIGHEST_POWER) {
            return LARGEST + 1;
        }
        return 1 + call.arguments().stream().mapToInt(Prover::size).sum();
    }
}
