package org.catrl.data.arithmetic;

/**
 * The one written form of a worked solution, 35 characters: per column, units first, a letter, the three digits, the
 * carry in and the two-digit sum; then {@code #}, five digits of answer, {@code .}:
 * {@code a786021b452213c309113d000101#01331.}
 */
public final class Worked {
    /** How many characters every solution has. */
    public static final int LENGTH = 35;
    /** The largest column sum, right or wrong: three nines and the largest carry. */
    public static final int LARGEST_SUM = 29;

    private Worked() { }

    /** What a solver writes as the sum of a column, 0 to {@link #LARGEST_SUM}. */
    @FunctionalInterface
    public interface ColumnSum {
        /**
         * The sum written.
         *
         * @param digits of the column, in operand order
         * @param carry  into the column
         */
        int of(int column, int[] digits, int carry);
    }

    /** The right sum of a column: its digits and the carry into it. */
    public static int sum(int[] digits, int carry) {
        return digits[0] + digits[1] + digits[2] + carry;
    }

    /** Writes a solution whose later columns and answer follow from the sums given, right or wrong. */
    public static String of(Addition problem, ColumnSum sums) {
        StringBuilder text = new StringBuilder(LENGTH);
        StringBuilder answer = new StringBuilder();
        int carry = 0;
        for (int column = 0; column < Addition.COLUMNS; column++) {
            int[] digits = problem.digits(column);
            int sum = sums.of(column, digits, carry);
            text.append((char) ('a' + column)).append(digits[0]).append(digits[1]).append(digits[2])
                    .append(carry).append("%02d".formatted(sum));
            answer.insert(0, sum % 10);
            carry = sum / 10;
        }
        return text.append('#').append(carry).append(answer).append('.').toString();
    }
}
