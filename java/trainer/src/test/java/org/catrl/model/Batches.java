package org.catrl.model;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.catrl.compute.PagedRows;
import org.catrl.compute.SampleBatch;

/** Decoder passes and training batches for tests. */
final class Batches {
    /** Places among a draw's settings. */
    static final int TEMPERATURE = 0;
    static final int TOP_P = 2;
    static final int REPETITION_PENALTY = 4;

    private Batches() { }

    /** Whole sequences in one pass, each in blocks of its own, taken in descending order; greedy draws. */
    static RowBatch whole(List<int[]> sequences, int... drawRow) {
        int width = sequences.stream().mapToInt(s -> blocks(s.length)).max().orElseThrow();
        int next = sequences.stream().mapToInt(s -> blocks(s.length)).sum();
        int[] table = new int[sequences.size() * width];
        int[] positions = new int[sequences.stream().mapToInt(s -> s.length).sum()];
        int[] sequenceOf = new int[positions.length];
        int[] ids = new int[positions.length];
        int row = 0;
        for (int s = 0; s < sequences.size(); s++) {
            for (int i = 0; i < blocks(sequences.get(s).length); i++) {
                table[s * width + i] = --next;
            }
            for (int i = 0; i < sequences.get(s).length; i++, row++) {
                ids[row] = sequences.get(s)[i];
                positions[row] = i;
                sequenceOf[row] = s;
            }
        }
        return new RowBatch(ids, positions, sequenceOf, new BlockTable(sequences.size(), width, table), drawRow,
                settings(0, drawRow.length), new int[4 * drawRow.length], 7, null);
    }

    /** One row of a sequence whose blocks are 0, 1, 2 ..., drawn from greedily. */
    static RowBatch step(int id, int position, int blocks) {
        int[] table = new int[blocks];
        Arrays.setAll(table, i -> i);
        return new RowBatch(new int[] {id}, new int[] {position}, new int[] {0}, new BlockTable(1, blocks, table),
                new int[] {0}, settings(0, 1), new int[4], 7, null);
    }

    /** Settings of draws at a temperature with nothing truncated. */
    static float[] settings(double temperature, int draws) {
        float[] settings = new float[draws * SampleBatch.SETTINGS];
        for (int draw = 0; draw < draws; draw++) {
            settings[draw * SampleBatch.SETTINGS + TEMPERATURE] = (float) temperature;
            settings[draw * SampleBatch.SETTINGS + TOP_P] = 1;
            settings[draw * SampleBatch.SETTINGS + REPETITION_PENALTY] = 1;
        }
        return settings;
    }

    static int blocks(int positions) {
        return (positions + PagedRows.BLOCK - 1) / PagedRows.BLOCK;
    }

    static int[] ids(Random random, int count, int vocab) {
        return random.ints(count, 0, vocab).toArray();
    }
}
