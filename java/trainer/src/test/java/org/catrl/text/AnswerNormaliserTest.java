package org.catrl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class AnswerNormaliserTest {
    private static final List<List<String>> SAME = List.of(
            List.of("1/2", "0.5", ".5", "\\frac12", "\\dfrac{1}{2}", "$\\tfrac12$", "2/4", "0.50", "\\frac{1}{2}."),
            List.of("1000", "1,000", "1{,}000", "1 000", "1,000.0", "$1,\\!000$", "\\$1000", "1000 dollars"),
            List.of("25", "025", "25.0", "+25", "5^2", "5^{2}", "x = 25", "\\sqrt{625}", "25\\text{ cm}",
                    "25 \\mathrm{~cm}^2", "25 square feet", "25^\\circ", "25\\%", "\\boxed{25}", "\\left(25\\right)"),
            List.of("142", "142.0", "142."),
            List.of("3/2", "1\\frac{1}{2}", "1.5", "\\frac{3}{2}"),
            List.of("1/12", "0.0833333333333333", "0.083333333333"),
            List.of("-1/3", "-\\frac13", "\\frac{-1}{3}", "\u22121/3"),
            List.of("(1,9/2)", "(1, 4.5)", "\\left( 1, \\frac{9}{2} \\right)"),
            List.of("\\{1,2\\}", "\\{2, 1\\}", "\\left\\{ 1,2 \\right\\}"),
            List.of("6,8", "6 \\text{ and } 8", "$6$ or $8$"),
            List.of("evelyn", "\\text{Evelyn}", "Evelyn"),
            List.of("c", "(c)", "\\text{c}"),
            List.of("x^2+2x+1", "x^2 + 2*x + 1", "x^{2}+2 \\cdot x+1"));
    private static final List<List<String>> DIFFERENT = List.of(
            List.of("1/2", "50\\%"), List.of("12,34", "1234"), List.of("0,1", "01"), List.of("(3,5)", "(5,3)"),
            List.of("(0,9)", "[0,9)"), List.of("\\pm 2021", "2021"), List.of("12:00", "1:00"), List.of("-3", "3"),
            List.of("5", "5.001"), List.of("2*3", "23"), List.of("incorrect", "correct"), List.of("6 a.m.", "6 p.m."),
            List.of("x > 5", "x < 5"), List.of("204_5", "204"), List.of("x", "X"));

    @Test
    void equalAnswersPool() {
        for (List<String> group : SAME) {
            for (String answer : group) {
                assertEquals(AnswerNormaliser.canonical(group.get(0)), AnswerNormaliser.canonical(answer), answer);
            }
        }
    }

    @Test
    void differentAnswersDoNot() {
        for (List<String> pair : DIFFERENT) {
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
