package org.catrl.data.arithmetic;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.catrl.data.KeyedRandom;
import org.catrl.data.Split;

/**
 * A problem: three numbers of four decimal digits to be added.
 *
 * @param first  operand, 0 to 9999
 * @param second operand, 0 to 9999
 * @param third  operand, 0 to 9999
 */
public record Addition(int first, int second, int third) {
    /** How many columns there are, from the units up. */
    public static final int COLUMNS = 4;
    /** The bound that operands stay below. */
    public static final int LIMIT = 10_000;

    public Addition {
        for (int operand : new int[] {first, second, third}) {
            if (operand < 0 || operand >= LIMIT) {
                throw new IllegalArgumentException("operand " + operand + " is not in [0, " + LIMIT + ")");
            }
        }
    }

    /** The question in its fixed form of 16 characters, {@code Q0347+0058+0926=}. */
    public String prompt() {
        return "Q%04d+%04d+%04d=".formatted(first, second, third);
    }

    /** The right answer in its fixed form of five digits. */
    public String answer() {
        return "%05d".formatted(first + second + third);
    }

    /** The right solution, as {@link Worked} writes it. */
    public String solution() {
        return Worked.of(this, (column, digits, carry) -> Worked.sum(digits, carry));
    }

    /** The three digits of a column, in operand order; column 0 holds the units. */
    public int[] digits(int column) {
        int power = (int) Math.pow(10, column);
        return new int[] {first / power % 10, second / power % 10, third / power % 10};
    }

    /** The split that the problem belongs to; the order of the operands makes no other problem. */
    public Split split() {
        long[] operands = {first, second, third};
        Arrays.sort(operands);
        return Split.of(operands);
    }

    /** Problem {@code index} of a split under a seed: uniform over the split. */
    public static Addition of(Split split, long seed, long... index) {
        SplittableRandom random = KeyedRandom.of(KeyedRandom.hash(seed, index), split.ordinal());
        while (true) {
            Addition problem = new Addition(random.nextInt(LIMIT), random.nextInt(LIMIT), random.nextInt(LIMIT));
            if (problem.split() == split) {
                return problem;
            }
        }
    }
}
