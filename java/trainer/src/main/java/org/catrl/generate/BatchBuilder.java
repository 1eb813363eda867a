package org.catrl.generate;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.catrl.compute.PagedRows;
import org.catrl.compute.SampleBatch;
import org.catrl.model.BlockTable;
import org.catrl.model.RowBatch;

/** Gathers the rows and draws of one pass. Its arrays are kept from pass to pass while their sizes stay. */
public final class BatchBuilder {
    private static final int COUNTER = 4;
    private static final int[] NONE = {};

    private final long seed;
    private final IntArrayList ids = new IntArrayList();
    private final IntArrayList positions = new IntArrayList();
    private final IntArrayList sequenceOf = new IntArrayList();
    private final IntArrayList drawRow = new IntArrayList();
    private final IntArrayList counters = new IntArrayList();
    private final List<int[]> tables = new ArrayList<>();
    private final List<SamplingSettings> settings = new ArrayList<>();
    private final List<SeenIds> seen = new ArrayList<>();
    private int width;
    private RowBatch last;

    /**
     * A builder of passes.
     *
     * @param seed the run's, the Philox key
     */
    BatchBuilder(long seed) {
        this.seed = seed;
        this.last = new RowBatch(NONE, NONE, NONE, new BlockTable(0, 0, NONE), NONE, new float[0], NONE, seed, null);
    }

    /** Empties the pass. */
    void clear() {
        for (IntArrayList list : List.of(ids, positions, sequenceOf, drawRow, counters)) {
            list.clear();
        }
        tables.clear();
        settings.clear();
        seen.clear();
        width = 0;
    }

    /** Adds the row of the token that a rollout drew last, and the draw of its next one. */
    void decode(Sequence sequence) {
        decode(sequence, 1);
    }

    /** Adds row and draw; the block table reaches as far as drawing that many tokens goes. */
    void decode(Sequence sequence, int tokens) {
        row(sequence.lastId(), sequence.position());
        table(sequence.table, sequence.position() + tokens - 1);
        draw(sequence.task.request, sequence.rollout, sequence.length(), sequence.seen());
    }

    /** Adds the rows of a prompt from position {@code begin} to before {@code end}. */
    void prompt(PromptTask task, int begin, int end) {
        for (int position = begin; position < end; position++) {
            row(task.request.prompt()[position], position);
        }
        table(task.blocks, end - 1);
    }

    /** Adds the draw of a rollout's first token from the row added last. */
    void first(Sequence sequence) {
        draw(sequence.task.request, sequence.rollout, 0, sequence.seen());
    }

    private void row(int id, int position) {
        ids.add(id);
        positions.add(position);
        sequenceOf.add(tables.size());
    }

    private void table(int[] table, int lastPosition) {
        tables.add(table);
        width = Math.max(width, lastPosition / PagedRows.BLOCK + 1);
    }

    private void draw(Request request, int rollout, int token, SeenIds seenIds) {
        drawRow.add(ids.size() - 1);
        counters.add(request.key().step());
        counters.add(request.key().prompt());
        counters.add(request.key().counter(rollout));
        counters.add(token);
        settings.add(request.settings());
        seen.add(seenIds);
    }

    /** How many draws the pass has. */
    int draws() {
        return drawRow.size();
    }

    /** The pass; its arrays are overwritten by a later one of the same sizes. */
    RowBatch batch() {
        last = new RowBatch(exact(ids, last.ids()), exact(positions, last.positions()),
                exact(sequenceOf, last.sequenceOf()), new BlockTable(tables.size(), width, tables()),
                exact(drawRow, last.drawRow()), settings(), exact(counters, last.counters()), seed, seen());
        return last;
    }

    private static int[] exact(IntArrayList list, int[] old) {
        int[] array = old.length == list.size() ? old : new int[list.size()];
        list.getElements(0, array, 0, array.length);
        return array;
    }

    private int[] tables() {
        int length = tables.size() * width;
        int[] array = last.table().blocks().length == length ? last.table().blocks() : new int[length];
        for (int s = 0; s < tables.size(); s++) {
            int[] table = tables.get(s);
            int used = Math.min(table.length, width);
            System.arraycopy(table, 0, array, s * width, used);
            Arrays.fill(array, s * width + used, (s + 1) * width, 0);
        }
        return array;
    }

    private float[] settings() {
        int length = settings.size() * SampleBatch.SETTINGS;
        float[] array = last.settings().length == length ? last.settings() : new float[length];
        int next = 0;
        for (SamplingSettings drawn : settings) {
            array[next++] = (float) drawn.temperature();
            array[next++] = drawn.topK();
            array[next++] = (float) drawn.topP();
            array[next++] = (float) drawn.minP();
            array[next++] = (float) drawn.repetitionPenalty();
        }
        return array;
    }

    private int[][] seen() {
        return seen.stream().allMatch(Objects::isNull) ? null
                : seen.stream().map(ids -> ids == null ? NONE : ids.ids()).toArray(int[][]::new);
    }
}
