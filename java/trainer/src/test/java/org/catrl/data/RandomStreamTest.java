package org.catrl.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomStreamTest {
    /** Runs of old, and adapters that were drawn, stay what they are. */
    @Test
    void seedsAreWhatTheyWere() {
        assertEquals(42, RandomStream.POLICY.seed(42));
        assertEquals(42, RandomStream.PROMPT_ORDER.seed(42));
        assertEquals(42, RandomStream.READING_ORDER.seed(42));
        assertEquals(KeyedRandom.hash(42, 1), RandomStream.ANCHOR.seed(42));
        assertEquals(KeyedRandom.hash(42, 2), RandomStream.ADAPTER.seed(42));
        assertEquals(KeyedRandom.of(42, 3, 7, 0).nextLong(), RandomStream.READING_ORDER.random(42, 3, 7, 0).nextLong());
    }

    /** Whatever draws tokens or weights has a seed of its own. */
    @Test
    void noTwoModelsDrawTheSame() {
        Set<RandomStream> models = EnumSet.complementOf(EnumSet.of(RandomStream.PROMPT_ORDER,
                RandomStream.READING_ORDER, RandomStream.PREDICTION_ORDER));
        assertEquals(models.size(), models.stream().map(stream -> stream.seed(42)).distinct().count());
        models.forEach(stream -> assertNotEquals(stream.seed(42), stream.seed(43)));
    }
}
