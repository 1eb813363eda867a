package org.catrl.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.catrl.compute.Backend;
import org.catrl.compute.HeadShape;
import org.catrl.compute.reference.ReferenceBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DecoderTest {
    private static final ModelConfig CONFIG = Models.tiny(Family.QWEN3, true);

    /** Two vocabulary tiles, the second one narrow. */
    private static final ModelConfig WIDE = new ModelConfig(Family.LLAMA, Backend.VOCAB_TILE + 37, 8, 1, 12, 64,
            AttentionConfig.full(new HeadShape(2, 1, 4), Rope.of(10000)), 1e-6, false, BoundaryTokens.NONE);

    private final int[] first = Batches.ids(new Random(1), 21, 37);
    private final int[] second = Batches.ids(new Random(2), 5, 37);

    private static RowBatch with(RowBatch batch, float[] settings, int[] counters, int[][] seen) {
        return new RowBatch(batch.ids(), batch.positions(), batch.sequenceOf(), batch.table(), batch.drawRow(),
                settings, counters, batch.seed(), seen);
    }

    /** Draw r of a batch has the counter (r, 0, 0, 0). */
    private static RowBatch hot(RowBatch batch) {
        int[] counters = new int[4 * batch.draws()];
        for (int draw = 0; draw < batch.draws(); draw++) {
            counters[4 * draw] = draw;
        }
        return with(batch, Batches.settings(1, batch.draws()), counters, null);
    }

    @ParameterizedTest
    @MethodSource("org.catrl.model.TestBackends#names")
    void aGroupsDrawsReadOneRowAndDifferByTheirCountersAlone(String name) {
        try (Backend backend = TestBackends.open(name); Weights weights = Weights.random(backend, CONFIG, 1, "weights");
                Decoder decoder = new Decoder(weights, 32, 4)) {
            int[] ids = new int[8];
            float[] logProbs = new float[8];
            decoder.run(hot(Batches.whole(List.of(first, second), 20, 20, 25, 20, 25, 20, 20, 20)), ids, logProbs);
            int[] alone = new int[1];
            float[] logProb = new float[1];
            for (int draw : new int[] {0, 3, 7}) {
                RowBatch single = Batches.whole(List.of(first), 20);
                decoder.run(with(single, Batches.settings(1, 1), new int[] {draw, 0, 0, 0}, null), alone, logProb);
                assertEquals(alone[0], ids[draw]);
                assertEquals(logProb[0], logProbs[draw]);
            }
            assertTrue(Arrays.stream(ids).distinct().count() > 2, Arrays.toString(ids));
        }
    }

    @ParameterizedTest
    @MethodSource("org.catrl.model.TestBackends#names")
    void aCopiedBlockServesASequenceAsTheOriginalDoes(String name) {
        try (Backend backend = TestBackends.open(name); Weights weights = Weights.random(backend, CONFIG, 1, "weights");
                Decoder decoder = new Decoder(weights, 32, 6)) {
            decoder.logits(prefill(first, 0, 1), 20);
            float[] original = decoder.logits(next(first[3], 21, 0, 1), 0);
            decoder.copyBlock(1, 4);
            decoder.logits(next(first[5], 21, 0, 1), 0);
            float[] overwritten = decoder.logits(next(first[3], 22, 0, 1), 0);
            assertArrayEquals(original, decoder.logits(next(first[3], 21, 0, 4), 0));
            assertNotEquals(original[0], overwritten[0]);
        }
    }

    private static RowBatch prefill(int[] ids, int... table) {
        RowBatch whole = Batches.whole(List.of(ids));
        return new RowBatch(ids, whole.positions(), whole.sequenceOf(), new BlockTable(1, table.length, table),
                new int[0], new float[0], new int[0], 7, null);
    }

    private static RowBatch next(int id, int position, int... table) {
        return new RowBatch(new int[] {id}, new int[] {position}, new int[] {0},
                new BlockTable(1, table.length, table), new int[0], new float[0], new int[0], 7, null);
    }

    @ParameterizedTest
    @MethodSource("org.catrl.model.TestBackends#names")
    void aPromptInChunksGivesTheBitsOfAPromptAtOnce(String name) {
        try (Backend backend = TestBackends.open(name); Weights weights = Weights.random(backend, CONFIG, 1, "weights");
                Decoder decoder = new Decoder(weights, 32, 4)) {
            float[] whole = decoder.logits(prefill(first, 2, 1), 20);
            int[] positions = new int[15];
            Arrays.setAll(positions, i -> 6 + i);
            decoder.run(prefill(Arrays.copyOf(first, 6), 0, 3), new int[0], new float[0]);
            RowBatch rest = new RowBatch(Arrays.copyOfRange(first, 6, 21), positions, new int[15],
                    new BlockTable(1, 2, new int[] {0, 3}), new int[0], new float[0], new int[0], 7, null);
            assertArrayEquals(whole, decoder.logits(rest, 14));
        }
    }

    @ParameterizedTest
    @MethodSource("org.catrl.model.TestBackends#names")
    void aVocabularyOfSeveralTilesIsDrawnInChunksWithTheLogProbsOfTraining(String name) {
        try (Backend backend = TestBackends.open(name); Weights weights = Weights.random(backend, WIDE, 1, "weights");
                Decoder decoder = new Decoder(weights, 32, 4);
                Decoder chunked = new Decoder(weights, 32, 4, 2L * Float.BYTES * WIDE.vocab(), 1);
                Transformer transformer = new Transformer(weights, new TransformerSettings(false, 1))) {
            RowBatch batch = hot(Batches.whole(List.of(first, second), 20, 25, 20, 20, 25));
            int[][] seen = {{}, {3, 8200}, {}, {}, {5}};
            batch = with(batch, batch.settings(), batch.counters(), seen);
            int[] ids = new int[5];
            float[] logProbs = new float[5];
            decoder.run(batch, ids, logProbs);
            int[] idsInChunks = new int[5];
            float[] logProbsInChunks = new float[5];
            chunked.run(batch, idsInChunks, logProbsInChunks);
            assertArrayEquals(ids, idsInChunks);
            assertArrayEquals(logProbs, logProbsInChunks);
            float[] trained = new float[2];
            List<int[]> drawn = List.of(new int[] {ids[0]}, new int[] {ids[1]});
            transformer.logProbs(PackedBatch.of(List.of(first, second), drawn), 1, trained, null);
            assertArrayEquals(Arrays.copyOf(logProbs, 2), trained);
        }
    }

    @ParameterizedTest
    @MethodSource("org.catrl.model.TestBackends#names")
    void aRepetitionPenaltyTakesTheGreedyChoiceFromAnIdThatWasSeen(String name) {
        try (Backend backend = TestBackends.open(name); Weights weights = Weights.random(backend, CONFIG, 1, "weights");
                Decoder decoder = new Decoder(weights, 32, 4)) {
            int[] plain = new int[1];
            RowBatch batch = Batches.whole(List.of(first), 20);
            decoder.run(batch, plain, new float[1]);
            float[] settings = Batches.settings(0, 1);
            settings[Batches.REPETITION_PENALTY] = 100;
            int[] penalised = new int[1];
            decoder.run(with(batch, settings, batch.counters(), new int[][] {{plain[0]}}), penalised, new float[1]);
            assertNotEquals(plain[0], penalised[0]);
        }
    }

    @Test
    void aWiderPassTakesNoMoreMemory() {
        ReferenceBackend backend = new ReferenceBackend();
        try (Weights weights = Weights.random(backend, CONFIG, 1, "weights");
                Decoder decoder = new Decoder(weights, 32, 4)) {
            decoder.run(Batches.whole(List.of(second), 4), new int[1], new float[1]);
            Map<String, Long> held = backend.ledger().byOwner();
            decoder.run(Batches.whole(List.of(first, second), 20), new int[1], new float[1]);
            assertEquals(held, backend.ledger().byOwner());
        }
    }

    @Test
    void givesBackAllMemoryAndNamesWhatDoesNotFit() {
        ReferenceBackend backend = new ReferenceBackend();
        try (Weights weights = Weights.random(backend, CONFIG, 1, "weights");
                Decoder decoder = new Decoder(weights, 20, 4)) {
            assertRefused(decoder, prefill(first, 0, 1), "21 rows; this decoder takes 1 to 20");
            assertRefused(decoder, next(1, 64, 0, 1, 2, 3), "position 64");
            assertRefused(decoder, next(1, 3, 4), "cache block 4 is outside [0, 4)");
            assertThrows(IllegalArgumentException.class, () -> new Decoder(weights, 0, 4));
        }
        assertEquals(Map.of(), backend.ledger().byOwner());
    }

    @ParameterizedTest
    @MethodSource("org.catrl.model.TestBackends#names")
    void logitsThatAreNotFiniteAreTold(String name) {
        try (Backend backend = TestBackends.open(name); Weights weights = Weights.random(backend, CONFIG, 1, "weights")) {
            float[] none = new float[(int) weights.length()];
            Arrays.fill(none, Float.NaN);
            weights.flat().put(none);
            weights.changed();
            try (Decoder decoder = new Decoder(weights, 32, 4)) {
                String message = assertThrows(UndrawableException.class, () -> decoder.run(
                        hot(Batches.whole(List.of(first), 20)), new int[1], new float[1])).getMessage();
                assertTrue(message.startsWith("no token can be drawn, as the model's logits are not finite"), message);
            }
        }
    }

    private static void assertRefused(Decoder decoder, RowBatch batch, String says) {
        String message = assertThrows(IllegalArgumentException.class,
                () -> decoder.run(batch, new int[0], new float[0])).getMessage();
        assertTrue(message.contains(says), message);
    }
}
