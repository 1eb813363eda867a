package org.catrl.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NearestNameTest {
    private static final List<String> HERE = List.of("learning_rate", "max_steps", "epsilon", "epsilon_high");

    private static Optional<String> nearest(String name) {
        Map<String, String> everywhere = new LinkedHashMap<>(Map.of("data", "data", "grpo.beta", "beta"));
        everywhere.put("a.temperature", "temperature");
        everywhere.put("b.temperature", "temperature");
        HERE.forEach(key -> everywhere.put(key, key));
        return NearestName.of(name, HERE, everywhere);
    }

    @Test
    void findsTheNearest() {
        assertEquals(Optional.of("\"learning_rate\""), nearest("lerning_rate"));
        assertEquals(Optional.of("\"epsilon\""), nearest("Epsilom"));
        assertEquals(Optional.empty(), nearest("qqqqq"));
        assertEquals(3, NearestName.edits("kitten", "sitting"));
    }

    @Test
    void sendsAMisplacedNameToItsPlaces() {
        assertEquals(Optional.of("\"grpo.beta\""), nearest("beta"));
        assertEquals(Optional.of("\"a.temperature\" or \"b.temperature\""), nearest("temprature"));
    }
}
