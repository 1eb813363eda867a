package org.catrl.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class MicroBatchesTest {
    @Test
    void fillsUpToTheLimitInOrder() {
        assertEquals(List.of(List.of(3, 4), List.of(5), List.of(9), List.of(1, 1, 1)), split(7, 3, 4, 5, 9, 1, 1, 1));
        assertEquals(List.of(List.of(3), List.of(4)), split(1, 3, 4));
        assertEquals(List.of(List.of(3, 4)), split(0, 3, 4));
        assertEquals(List.of(), split(7));
    }

    @Test
    void whatIsSharedWithTheOneBeforeCountsOnce() {
        assertEquals(List.of(List.of(6, 7, 8), List.of(9, 9)), MicroBatches.split(List.of(6, 7, 8, 9, 9),
                (before, item) -> before == null ? item : item - before, 8));
    }

    private static List<List<Integer>> split(int most, Integer... rows) {
        return MicroBatches.split(List.of(rows), row -> row, most);
    }
}
