package org.catrl.data.arithmetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.catrl.data.Prompt;
import org.catrl.data.Split;
import org.junit.jupiter.api.Test;

class SplitTest {
    @Property
    void theOrderOfTheOperandsDoesNotMatter(@ForAll @IntRange(max = 9999) int a, @ForAll @IntRange(max = 9999) int b,
            @ForAll @IntRange(max = 9999) int c) {
        Split split = new Addition(a, b, c).split();
        assertEquals(split, new Addition(c, a, b).split());
        assertEquals(split, new Addition(b, a, c).split());
    }

    @Test
    void problemsOfDifferentSplitsAndSeedsNeverMeet() {
        Set<String> heldOut = new HashSet<>();
        new ArithmeticPrompts(Split.HELD_OUT, 1).labelled(1000).forEach(p -> heldOut.add(p.prompt().text()));
        for (Split other : new Split[] {Split.PROBE, Split.TRAIN, Split.CORPUS}) {
            for (Prompt prompt : new ArithmeticPrompts(other, 1).batch(0, 1000)) {
                assertTrue(!heldOut.contains(prompt.text()), other + " holds the held-out " + prompt.text());
            }
        }
        assertTrue(heldOut.size() > 995, "held-out problems repeat: " + heldOut.size() + " different of 1000");
    }

    @Test
    void everyProblemDrawnBelongsToItsSplit() {
        for (Split split : Split.values()) {
            for (int index = 0; index < 500; index++) {
                assertEquals(split, Addition.of(split, 7, index).split());
            }
        }
    }

    @Test
    void sharesAreAsDeclared() {
        int heldOut = 0;
        for (int number = 0; number < 16_000; number++) {
            heldOut += new Addition(number % 10_000, number * 7 % 10_000, number / 3).split() == Split.HELD_OUT
                    ? 1 : 0;
        }
        assertEquals(1000, heldOut, 150);
    }

    @Test
    void batchesArePureFunctionsOfTheStep() {
        ArithmeticPrompts prompts = new ArithmeticPrompts(Split.TRAIN, 3);
        assertEquals(prompts.batch(5, 16), new ArithmeticPrompts(Split.TRAIN, 3).batch(5, 16));
        assertEquals(prompts.batch(1, 8).get(0), prompts.batch(0, 16).get(8));
        assertNotEquals(prompts.batch(0, 16), new ArithmeticPrompts(Split.TRAIN, 4).batch(0, 16));
    }
}
