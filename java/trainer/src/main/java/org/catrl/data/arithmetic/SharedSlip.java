package org.catrl.data.arithmetic;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.catrl.data.KeyedRandom;

/**
 * One column that several solvers get wrong in the same way; everything else each gets right or wrong on their own.
 *
 * @param column from the units up
 * @param choice seed of how much the column is off
 */
public record SharedSlip(int column, long choice) {
    /** A slip in any column, as likely in one as in another. */
    static SharedSlip draw(SplittableRandom random) {
        return new SharedSlip(random.nextInt(Addition.COLUMNS), random.nextLong());
    }

    /** The slip of a case in a fixed list of them. */
    public static SharedSlip of(long seed, long index) {
        return draw(KeyedRandom.of(seed, index));
    }

    /** A fallible solution that makes this slip. */
    public String solution(Addition problem, Slips slips, SplittableRandom random) {
        return Worked.of(problem, (place, digits, carry) -> place == column
                ? Slips.off(Worked.sum(digits, carry), new SplittableRandom(choice))
                : slips.sum(digits, carry, random));
    }

    /** The {@code count} solutions that are right but for this slip: what a synthesis must be able to repair. */
    public List<String> otherwiseRight(Addition problem, int count) {
        Slips none = new Slips(0, 0, 0, 0);
        List<String> rollouts = new ArrayList<>();
        for (int rollout = 0; rollout < count; rollout++) {
            rollouts.add(solution(problem, none, new SplittableRandom(rollout)));
        }
        return rollouts;
    }
}
