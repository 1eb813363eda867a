package org.catrl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class BoxedAnswerTest {
    private static final BoxedAnswer STRICT = new BoxedAnswer(false, Comparison.EXACT);
    private static final BoxedAnswer BARE = new BoxedAnswer(true, Comparison.EXACT);

    @Test
    void theLastBoxWhoseBracesBalance() {
        assertEquals(Optional.of("b+c"), STRICT.extract("\\boxed{a} bla \\boxed{b+c} end"));
        assertEquals(Optional.of("\\frac{1}{2}"), STRICT.extract("so \\boxed{ \\frac{1}{2} }."));
        assertEquals(Optional.of("x^2"), STRICT.extract("\\boxed   {  x^2 }"));
        assertEquals(Optional.of("1"), STRICT.extract("\\boxed{1} then \\boxed{\\frac{2}{"));
        assertEquals(Optional.of("5"), STRICT.extract("\\boxed{\\boxed{5}}"));
    }

    @Test
    void escapedBracesDoNotCount() {
        assertEquals(Optional.of("\\{1,2\\}"), STRICT.extract("\\boxed{\\{1,2\\}}"));
        assertEquals(Optional.of("\\{"), STRICT.extract("\\boxed{\\{}"));
        assertEquals(Optional.of("a\\\\{b}"), STRICT.extract("\\boxed{a\\\\{b}}"));
    }

    @Test
    void noBoxNoAnswer() {
        assertEquals(Optional.empty(), STRICT.extract("42"));
        assertEquals(Optional.empty(), STRICT.extract("\\boxed  42"));
        assertEquals(Optional.empty(), STRICT.extract("\\boxed{4"));
        assertEquals(Optional.empty(), STRICT.extract("\\boxed{ }"));
    }

    @Test
    void withoutTheBackslashOnlyWhereAsked() {
        assertEquals(Optional.empty(), STRICT.extract("boxed{7}"));
        assertEquals(Optional.of("7"), BARE.extract("boxed{7}"));
        assertEquals(Optional.of("7"), BARE.extract("boxed{6}, then \\boxed{7}"));
        assertEquals(Optional.empty(), BARE.extract("unboxed{7}"));
    }

    @Test
    void boxesSideBySideAreAList() {
        assertEquals(Optional.of("6, 7"), BARE.extract("$\\boxed{6}$, $\\boxed{7}$."));
        assertEquals(Optional.of("1, 2, 3"), BARE.extract("boxed{1}\\qquad\\,\\boxed{2} and boxed{3}"));
        assertEquals(Optional.of("x = 1, 2"),
                BARE.extract("\\boxed{5} no: \\boxed{x = 1} \\quad \\text{and} \\quad \\boxed{2}"));
    }

    @Test
    void exactAndNormalisedComparison() {
        assertEquals(false, STRICT.equivalent("0.5", "1/2"));
        assertEquals(true, new BoxedAnswer(false, Comparison.NORMALISED).equivalent("0.5", "1/2"));
    }
}
