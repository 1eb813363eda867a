package org.catrl.data.arithmetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CorpusExamplesTest {
    private final CorpusExamples examples = new CorpusExamples(new Corpus(new CorpusSettings(1, 0.1, 0.1, 0.5, 0.3)),
            List.of(new CorpusStage(3, 4, 0, 1, 1), new CorpusStage(2, 2, 3, 4, 8)));

    @Test
    void everyStageHasItsMixture() {
        assertEquals(5, examples.steps());
        assertEquals(List.of(4L, 0L), roles(2));
        assertEquals(List.of(2L, 3L), roles(3));
        assertThrows(IllegalArgumentException.class, () -> examples.batch(5));
    }

    @Test
    void aStepIsAPureFunctionOfItsNumber() {
        assertEquals(examples.batch(3), examples.batch(3));
        assertNotEquals(examples.batch(3).get(0), examples.batch(4).get(0));
        assertEquals(5, examples.batch(3).stream().distinct().count());
        assertTrue(examples.batch(4).get(3).prompt().startsWith("Ra"));
    }

    private List<Long> roles(int step) {
        long solve = examples.batch(step).stream().filter(example -> example.prompt().startsWith("Q")).count();
        return List.of(solve, examples.batch(step).size() - solve);
    }
}
