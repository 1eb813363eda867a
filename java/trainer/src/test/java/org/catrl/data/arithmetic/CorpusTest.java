package org.catrl.data.arithmetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.catrl.data.Example;
import org.junit.jupiter.api.Test;

class CorpusTest {
    private static final CorpusSettings SETTINGS = new CorpusSettings(11, 0.1, 0.1, 0.65, 0.3);

    @Test
    void examplesArePureFunctionsOfTheirKey() {
        Corpus corpus = new Corpus(SETTINGS);
        assertEquals(corpus.solve(3, 4), new Corpus(SETTINGS).solve(3, 4));
        assertEquals(corpus.synthesise(4, 8, 3, 4), new Corpus(SETTINGS).synthesise(4, 8, 3, 4));
        assertNotEquals(corpus.solve(3, 4), corpus.solve(4, 3));
    }

    @Test
    void solversAreRightAsOftenAsTheSettingsSay() {
        assertEquals(Math.pow(0.9, 4), shareRight(new CorpusSettings(11, 0.1, 0, 0.65, 0.3)), 0.03);
        assertEquals(Math.pow(0.7, 4), shareRight(new CorpusSettings(11, 0.1, 1, 0.3, 0.3)), 0.03);
    }

    private static double shareRight(CorpusSettings settings) {
        Corpus corpus = new Corpus(settings);
        int right = 0;
        for (int index = 0; index < 4000; index++) {
            Example example = corpus.solve(0, index);
            right += example.completion().equals(problem(example.prompt()).solution()) ? 1 : 0;
        }
        return right / 4000.0;
    }

    @Test
    void aMisconceptionIsOneFixedErrorOfAFirstDigitAndACarry() {
        int misconceived = 0;
        for (int seed = 0; seed < 100; seed++) {
            Slips slips = new Slips(0, 0.1, 1, seed);
            for (int situation = 0; situation < 30; situation++) {
                int[] digits = {situation % 10, 4, 7};
                int[] others = {situation % 10, 5, 3};
                int carry = situation / 10;
                if (slips.hasMisconception(digits, carry)) {
                    misconceived++;
                    int error = slips.sum(digits, carry, new SplittableRandom(1)) - Worked.sum(digits, carry);
                    assertNotEquals(0, error);
                    assertEquals(error, slips.sum(others, carry, new SplittableRandom(2)) - Worked.sum(others, carry));
                }
            }
        }
        assertEquals(0.1, misconceived / 3000.0, 0.03);
    }

    @Test
    void synthesisContextsHoldTheOperandsAndTheTargetIsRight() {
        Corpus corpus = new Corpus(SETTINGS);
        for (int index = 0; index < 300; index++) {
            Example example = corpus.synthesise(4, 8, 0, index);
            String[] rollouts = example.prompt().substring(1, example.prompt().length() - 1).split("R");
            assertTrue(rollouts.length >= 4 && rollouts.length <= 8, "rollouts: " + rollouts.length);
            assertEquals('S', example.prompt().charAt(example.prompt().length() - 1));
            Addition problem = operands(rollouts[0]);
            assertEquals(problem.solution(), example.completion());
            for (String rollout : rollouts) {
                assertEquals(problem, operands(rollout));
            }
        }
    }

    @Test
    void aSharedSlipIsTheSameInEveryRolloutAndChangesTheAnswer() {
        Addition problem = new Addition(347, 58, 926);
        List<String> rollouts = new SharedSlip(1, 5).otherwiseRight(problem, 8);
        assertEquals(1, rollouts.stream().distinct().count());
        assertNotEquals(problem.solution(), rollouts.get(0));
        assertEquals(problem.solution().substring(0, 12), rollouts.get(0).substring(0, 12));
    }

    @Test
    void halfOrMoreShareTheForcedSlipWhenEveryContextHasOne() {
        Corpus corpus = new Corpus(new CorpusSettings(11, 0, 0, 0, 1));
        for (int index = 0; index < 200; index++) {
            Example example = corpus.synthesise(5, 5, index);
            long wrong = Arrays.stream(example.prompt().split("[RS]"))
                    .filter(text -> text.length() == Worked.LENGTH && !text.equals(example.completion())).count();
            assertTrue(wrong >= 3 && wrong <= 5, "wrong rollouts of 5: " + wrong);
        }
    }

    @Test
    void probabilitiesAreChecked() {
        var error = assertThrows(IllegalArgumentException.class, () -> new CorpusSettings(1, 0.1, 1.5, 0.5, 0.3));
        assertEquals("misconception_share is 1.5; it must be in [0, 1]", error.getMessage());
    }

    private static Addition problem(String prompt) {
        return new Addition(Integer.parseInt(prompt.substring(1, 5)), Integer.parseInt(prompt.substring(6, 10)),
                Integer.parseInt(prompt.substring(11, 15)));
    }

    private static Addition operands(String solution) {
        int[] numbers = new int[3];
        for (int column = 3; column >= 0; column--) {
            for (int operand = 0; operand < 3; operand++) {
                numbers[operand] = 10 * numbers[operand] + solution.charAt(7 * column + 1 + operand) - '0';
            }
        }
        return new Addition(numbers[0], numbers[1], numbers[2]);
    }
}
