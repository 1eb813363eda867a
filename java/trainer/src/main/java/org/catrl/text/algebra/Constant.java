package org.catrl.text.algebra;

import java.util.Arrays;
import java.util.Optional;

/** Names that are numbers. */
enum Constant {
    PI("\\pi"), E("e"), I("i");

    private final String symbol;

    Constant(String symbol) {
        this.symbol = symbol;
    }

    /** The constant of this name, as the tokens spell it. */
    static Optional<Constant> of(String name) {
        return Arrays.stream(values()).filter(constant -> constant.symbol.equals(name)).findFirst();
    }
}
