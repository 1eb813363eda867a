package org.catrl.data.arithmetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WorkedTest {
    @Test
    void writesTheKnownExample() {
        Addition problem = new Addition(347, 58, 926);
        assertEquals("Q0347+0058+0926=", problem.prompt());
        assertEquals("a786021b452213c309113d000101#01331.", problem.solution());
    }

    @Test
    void carriesIntoTheFifthDigit() {
        assertEquals("a999027b999229c999229d999229#29997.", new Addition(9999, 9999, 9999).solution());
    }

    @Property
    void theRightSolutionEndsInTheRightAnswer(@ForAll @IntRange(max = 9999) int first,
            @ForAll @IntRange(max = 9999) int second, @ForAll @IntRange(max = 9999) int third) {
        Addition problem = new Addition(first, second, third);
        String solution = problem.solution();
        assertEquals(Worked.LENGTH, solution.length());
        assertEquals(first + second + third, Integer.parseInt(solution.substring(29, 34)));
        assertEquals(problem.answer(), solution.substring(29, 34));
    }

    @Property
    void slippedSolutionsFollowFromTheirOwnSums(@ForAll @IntRange(max = 9999) int first,
            @ForAll @IntRange(max = 9999) int second, @ForAll @IntRange(max = 9999) int third, @ForAll long seed) {
        Slips slips = new Slips(0.5, 0.3, 0.5, seed);
        String solution = slips.solution(new Addition(first, second, third), new SplittableRandom(seed));
        assertEquals(Worked.LENGTH, solution.length());
        int carry = 0;
        for (int column = 0; column < Addition.COLUMNS; column++) {
            int sum = Integer.parseInt(solution.substring(7 * column + 5, 7 * column + 7));
            assertEquals(carry, solution.charAt(7 * column + 4) - '0', "carry into column " + column);
            assertEquals(sum % 10, solution.charAt(33 - column) - '0', "answer digit of column " + column);
            carry = sum / 10;
        }
        assertEquals(carry, solution.charAt(29) - '0');
    }

    @Test
    void refusesAnOperandOfFiveDigits() {
        var error = assertThrows(IllegalArgumentException.class, () -> new Addition(1, 10_000, 2));
        assertEquals("operand 10000 is not in [0, 10000)", error.getMessage());
    }
}
