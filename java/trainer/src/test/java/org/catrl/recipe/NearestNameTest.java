package org.catrl.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NearestNameTest {
    private static final List<String> KNOWN = List.of("learning_rate", "max_steps", "epsilon", "epsilon_high");

    @Test
    void findsTheNearest() {
        assertEquals(Optional.of("learning_rate"), NearestName.of("lerning_rate", KNOWN));
        assertEquals(Optional.of("epsilon"), NearestName.of("Epsilom", KNOWN));
        assertEquals(Optional.empty(), NearestName.of("qqqqq", KNOWN));
        assertEquals(3, NearestName.edits("kitten", "sitting"));
    }
}
