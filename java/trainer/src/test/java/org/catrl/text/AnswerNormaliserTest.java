package org.catrl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class AnswerNormaliserTest {
    private static final List<List<String>> POOLED = List.of(
            List.of("1/2", "0.5", ".5", "\\frac12", "\\dfrac{1}{2}", "$\\tfrac12$", "2/4", "0.50", "\\frac{1}{2}.",
                    "\u00bd", "5e-1"),
            List.of("1000", "1,000", "1{,}000", "1 000", "1,000.0", "$1,\\!000$", "1e3", "one thousand"),
            List.of("25", "025", "25.0", "+25", "5^2", "5^{2}", "\\sqrt{625}", "25\\%", "\\boxed{25}",
                    "\\left(25\\right)", "\\mathbf{25}", "\\color{red}{25}", "25 \\text{ in total}", "5\u00b2"),
            List.of("25 cm", "25\\text{ cm}", "25 \\mathrm{~cm}", "25 centimeters", "25cm"),
            List.of("25 cm^2", "25\\text{ cm}^2", "25 \\mathrm{~cm}^{2}", "25 square centimeters"),
            List.of("25 degrees", "25^\\circ", "25^{\\circ}", "25\u00b0"),
            List.of("1000 dollars", "\\$1000", "1 thousand dollars", "\\$1,000.00"),
            List.of("3000000", "3 million", "3,000,000", "1.000.000*3", "three million"),
            List.of("142", "142.0", "142."),
            List.of("x=25", "x = 25", "$x=25.0$"),
            List.of("3/2", "1\\frac{1}{2}", "1.5", "\\frac{3}{2}", "1 1/2", "1\u00bd"),
            List.of("1/12", "0.0833333333333333"),
            List.of("-1/3", "-\\frac13", "\\frac{-1}{3}", "\u22121/3"),
            List.of("(1,9/2)", "(1, 4.5)", "\\left( 1, \\frac{9}{2} \\right)", "\\langle 1, 4.5 \\rangle"),
            List.of("\\{1,2\\}", "\\{2, 1\\}", "\\left\\{ 1,2 \\right\\}"),
            List.of("6,8", "6 \\text{ and } 8", "$6$ or $8$"),
            List.of("evelyn", "\\text{Evelyn}", "Evelyn"),
            List.of("c", "(c)", "\\text{c}"),
            List.of("12:30 pm", "12:30 p.m.", "12:30 \\text{ PM}"),
            List.of("x^2+2x+1", "x^2 + 2*x + 1", "x^{2}+2 \\cdot x+1", "x\u00b2+2x+1"));
    /** The second has no unit, no name or no letter, which is left out of the first. */
    private static final List<List<String>> SAME = List.of(
            List.of("25 cm", "25"), List.of("x = 25", "25"), List.of("\\$1000", "1000"),
            List.of("25 square feet", "25"),
            List.of("25^\\circ", "25"), List.of("(B) 5", "B"), List.of("(B)\\ 5", "5"), List.of("x\\in[0,1]", "[0,1]"),
            List.of("C. x = 42", "C"), List.of("\\text{Area} = 5", "5"));
    private static final List<List<String>> DIFFERENT = List.of(
            List.of("1/2", "50\\%"), List.of("12,34", "1234"), List.of("0,1", "01"), List.of("(3,5)", "(5,3)"),
            List.of("(0,9)", "[0,9)"), List.of("\\pm 2021", "2021"), List.of("12:00", "1:00"), List.of("-3", "3"),
            List.of("5", "5.001"), List.of("2*3", "23"), List.of("incorrect", "correct"), List.of("6 a.m.", "6 p.m."),
            List.of("x > 5", "x < 5"), List.of("204_5", "204"), List.of("x", "X"), List.of("x=5", "y=5"),
            List.of("5 cm", "5 km"), List.of("5 cm", "5 cm^2"), List.of("5 apples", "5 pears"),
            List.of("(A) 5", "(B) 5"), List.of("3 million", "3"),
            List.of("10 below zero", "10"), List.of("5 or more", "5"), List.of("x^1 0", "x^{10}"),
            List.of("0.0833333333", "1/12"), List.of("0.9999999999999999", "1"), List.of("2 dozen", "2"));

    @Test
    void equalAnswersPool() {
        for (List<String> group : POOLED) {
            for (String answer : group) {
                assertEquals(AnswerNormaliser.canonical(group.get(0)), AnswerNormaliser.canonical(answer), answer);
            }
        }
    }

    @Test
    void whatOneSideLeavesOutDropsOut() {
        for (List<String> pair : SAME) {
            assertTrue(AnswerNormaliser.equivalent(pair.get(0), pair.get(1)), pair.toString());
            assertTrue(AnswerNormaliser.equivalent(pair.get(1), pair.get(0)), pair.toString());
        }
    }

    @Test
    void whatIsWrittenIsReadAgainAsTheSame() {
        for (List<String> group : POOLED) {
            String once = AnswerNormaliser.canonical(group.get(0));
            assertEquals(once, AnswerNormaliser.canonical(once));
        }
    }

    @Test
    void differentAnswersDoNot() {
        for (List<String> pair : DIFFERENT) {
            assertFalse(AnswerNormaliser.equivalent(pair.get(0), pair.get(1)), pair.toString());
            assertNotEquals(AnswerNormaliser.canonical(pair.get(0)), AnswerNormaliser.canonical(pair.get(1)),
                    pair.toString());
        }
    }

    @Test
    void hugeNumbersAreLeftAsTheyAre() {
        assertEquals("9^{99}^{99}", AnswerNormaliser.canonical("9^{99}^{99}"));
        assertEquals("1/0", AnswerNormaliser.canonical("1/0"));
        String deep = "(".repeat(100_000);
        assertEquals(deep, AnswerNormaliser.canonical(deep));
    }

    @Property
    void anyTextHasAStableForm(@ForAll @StringLength(max = 30) String text) {
        String once = AnswerNormaliser.canonical(text);
        assertEquals(once, AnswerNormaliser.canonical(text));
    }

    @Property
    void fractionsPoolInEveryWriting(@ForAll @IntRange(min = -50, max = 50) int over,
                                     @ForAll @IntRange(min = 1, max = 50) int under,
                                     @ForAll @IntRange(min = 1, max = 9) int factor) {
        String form = AnswerNormaliser.canonical(over + "/" + under);
        assertEquals(form, AnswerNormaliser.canonical(over * factor + "/" + under * factor));
        assertEquals(form, AnswerNormaliser.canonical("\\dfrac{" + over + "}{" + under + "}"));
    }
}
