package org.catrl.text.algebra;

import java.util.Arrays;
import java.util.Optional;
import org.hipparchus.complex.Complex;

/** Names that are numbers. */
enum Constant {
    PI("\\pi", "Pi", new Complex(Math.PI)),
    E("e", "E", new Complex(Math.E)),
    I("i", "I", Complex.I);

    private final String name;
    private final String symja;
    private final Complex value;

    Constant(String name, String symja, Complex value) {
        this.name = name;
        this.symja = symja;
        this.value = value;
    }

    /** The constant of this name, as the tokens spell it. */
    static Optional<Constant> of(String name) {
        return Arrays.stream(values()).filter(constant -> constant.name.equals(name)).findFirst();
    }

    String symja() {
        return symja;
    }

    Complex value() {
        return value;
    }
}
