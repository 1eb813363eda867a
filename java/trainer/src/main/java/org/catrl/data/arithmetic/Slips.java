package org.catrl.data.arithmetic;

import static org.catrl.setting.SettingException.require;

import java.util.SplittableRandom;
import org.catrl.data.KeyedRandom;

/**
 * How a fallible solver gets columns wrong. A random slip may hit any column; a <em>misconception</em> belongs to a
 * fixed share of the column situations (the column's first digit, and the carry), each with one fixed error, so that
 * solvers who share it err together and the most likely answer is wrong.
 *
 * @param slip               probability that a column without a misconception is off by 1 or 2
 * @param misconceptionShare share of the column situations that have a misconception
 * @param misconceptionRate  probability that a misconception shows when its situation comes up
 * @param seed               chooses the misconceptions
 */
public record Slips(double slip, double misconceptionShare, double misconceptionRate, long seed) {
    private static final int[] OFFSETS = {-2, -1, 1, 2};

    public Slips {
        requireProbability("slip", slip);
        requireProbability("misconception_share", misconceptionShare);
        requireProbability("misconception_rate", misconceptionRate);
    }

    /** One solution as the fallible solver writes it. */
    public String solution(Addition problem, SplittableRandom random) {
        return Worked.of(problem, (column, digits, carry) -> sum(digits, carry, random));
    }

    /** One column sum as the fallible solver writes it. */
    int sum(int[] digits, int carry, SplittableRandom random) {
        if (hasMisconception(digits, carry)) {
            boolean shows = random.nextDouble() < misconceptionRate;
            return shows ? misconceived(digits, carry) : Worked.sum(digits, carry);
        }
        boolean slips = random.nextDouble() < slip;
        return slips ? off(Worked.sum(digits, carry), random) : Worked.sum(digits, carry);
    }

    /** Whether this situation is one of the misconceived. */
    public boolean hasMisconception(int[] digits, int carry) {
        return (situation(digits, carry) >>> 11) * 0x1p-53 < misconceptionShare;
    }

    /** The one wrong sum of a misconceived situation. */
    int misconceived(int[] digits, int carry) {
        return off(Worked.sum(digits, carry), new SplittableRandom(situation(digits, carry)));
    }

    /** A wrong sum near the right one. */
    static int off(int sum, SplittableRandom random) {
        while (true) {
            int wrong = sum + OFFSETS[random.nextInt(OFFSETS.length)];
            if (wrong >= 0 && wrong <= Worked.LARGEST_SUM) {
                return wrong;
            }
        }
    }

    private long situation(int[] digits, int carry) {
        return KeyedRandom.hash(seed, digits[0], carry);
    }

    /**
     * Refuses what is not in [0, 1].
     *
     * @throws IllegalArgumentException naming the setting and its value
     */
    static void requireProbability(String name, double value) {
        require(value >= 0 && value <= 1, name, value, "in [0, 1]");
    }
}
