package org.catrl.text.algebra;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.catrl.text.AnswerNormaliser;
import org.catrl.text.Comparison;

/**
 * Two answers are the same when their normalised texts are, or when they are by mathematics: equal expressions, the
 * same solutions in another order, an equation times a constant, the same set of numbers in another notation.
 *
 * <p>Expressions are compared at many points, by exact fractions or to so many digits that a difference which the
 * numbers in them could make must show: a difference refutes, and agreement to more than a hundred digits accepts.
 * The work of a comparison is counted, so that every machine decides alike; what is not decided within it, or within
 * the deadline, counts as different, and is counted.
 *
 * <p>Conventions: {@link AnswerNormaliser}'s, and these.
 * <ul>
 * <li>The order of bare lists and of sets does not count, that of tuples and intervals does; so does that of a list
 * whose values have names in the other answer.
 * <li>"x = 5" is 5, "x + y = 5" is not; a column vector is a tuple, a row is not; a number in another base is not the
 * number in base 10. log is to the base 10.
 * <li>Two expressions are the same when they are at every point where both are real, and what stands under roots and
 * logarithms is positive: (x^2-1)/(x-1) is x+1, \sqrt{ab} is \sqrt a\sqrt b, \ln x^2 is 2\ln x; but \sqrt{x^2} is |x|
 * and not x, and \ln|x| is not \ln x. Roots of negative numbers are complex.
 * <li>y(0) is a function's value and no product, dy/dx is not y/x. A ratio is the same as a multiple of it and as a
 * fraction; x = 1, y = 2 is the point (1,2), letters in their order.
 * <li>Degrees count in the argument of a sine and the like; elsewhere the sign is a unit.
 * <li>A long decimal is the number that it rounds or cuts off, or that a computer prints so, if it has 15 digits, 12
 * of them behind the point, and cannot be written in full.
 * </ul>
 */
public final class AlgebraicComparison implements Comparison {
    /** What a percent sign means. */
    public enum Percent {
        /** A unit: 28% is 28. */
        UNIT,
        /** A factor: 28% is 0.28. */
        HUNDREDTH
    }

    private static final Pattern PERCENT = Pattern.compile(
            "(\\d)\\s?(?:\\\\?%|\\\\?text ?\\{ ?percent ?\\}|percent\\b)");
    /** A word is no product of its letters. */
    private static final Pattern WORDS = Pattern.compile("[A-Za-z]{2,}+[A-Za-z ]*+");
    private static final int LONGEST = 1000;
    private static final int REMEMBERED = 10_000;

    private final Percent percent;
    private final Duration deadline;
    private final Map<String, Boolean> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };
    private int undecided;

    /**
     * A comparison that remembers what it decided.
     *
     * @param percent  what a percent sign means
     * @param deadline of one comparison: a last resort, as its work is counted
     */
    public AlgebraicComparison(Percent percent, Duration deadline) {
        this.percent = percent;
        this.deadline = deadline;
    }

    @Override
    public String canonical(String answer) {
        return AnswerNormaliser.canonical(withoutPercent(answer));
    }

    private String withoutPercent(String answer) {
        return percent == Percent.UNIT || answer.length() > LONGEST ? answer
                : PERCENT.matcher(answer).replaceAll("$1/100");
    }

    @Override
    public synchronized boolean equivalent(String a, String b) {
        String left = AnswerNormaliser.labelled(withoutPercent(a));
        String right = AnswerNormaliser.labelled(withoutPercent(b));
        if (left.isEmpty() || right.isEmpty()) {
            return false;
        }
        return left.equals(right) || left.length() <= LONGEST && right.length() <= LONGEST
                && known.computeIfAbsent(left + "\u0000" + right, pair -> decide(withoutPercent(a), withoutPercent(b)));
    }

    /** How many comparisons took more work, or more time, than they may. */
    public synchronized int undecided() {
        return undecided;
    }

    private boolean decide(String a, String b) {
        Budget budget = new Budget(deadline);
        try {
            return AnswerNormaliser.equivalent(a, b, (x, y) -> same(x, y, budget));
        } catch (UndecidedException e) {
            undecided++;
            return false;
        }
    }

    private static boolean same(String a, String b, Budget budget) {
        if (AnswerNormaliser.sameText(a, b)) {
            return true;
        }
        try {
            return new Equality(budget).same(read(a), read(b));
        } catch (UnreadableAnswerException | ArithmeticException e) {
            return false;
        }
    }

    private static Answer read(String text) {
        if (WORDS.matcher(text).matches()) {
            throw new UnreadableAnswerException("a word");
        }
        return AnswerParser.parse(AnswerNormaliser.withoutThousands(text));
    }
}
