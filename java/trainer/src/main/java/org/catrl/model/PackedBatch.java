package org.catrl.model;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.catrl.compute.PagedRows;

/**
 * The token rows of a training batch: sequences of unequal length one after another, with no padding. A sequence is its
 * prompt and completion without the last token; the rows that predict a completion token have a target. Each sequence
 * owns consecutive cache blocks, but where it shares the first of them with the one before it.
 */
public final class PackedBatch {
    private static final int[] NONE = {};

    private final int sequences;
    private final int blocksPerSequence;
    private final int longest;
    private final int[] ids;
    private final int[] positions;
    private final int[] sequenceOf;
    private final int[] blockTable;
    private final int[] headRows;
    private final int[] targets;
    private final int blocks;

    private PackedBatch(Builder built) {
        sequences = built.tables.size();
        blocksPerSequence = built.tables.stream().mapToInt(table -> table.length).max().orElseThrow();
        longest = built.longest;
        ids = built.ids.toIntArray();
        positions = built.positions.toIntArray();
        sequenceOf = built.sequenceOf.toIntArray();
        blockTable = new int[sequences * blocksPerSequence];
        for (int s = 0; s < sequences; s++) {
            System.arraycopy(built.tables.get(s), 0, blockTable, s * blocksPerSequence, built.tables.get(s).length);
        }
        headRows = built.headRows.toIntArray();
        targets = built.targets.toIntArray();
        blocks = built.blocks;
    }

    /**
     * Packs the sequences in the given order.
     *
     * @throws IllegalArgumentException when a prompt or a completion is empty, or their numbers differ
     */
    public static PackedBatch of(List<int[]> prompts, List<int[]> completions) {
        return of(prompts, completions, false);
    }

    /**
     * Packs sequences for scores alone: the rows of whole cache blocks that a sequence has in common with the one
     * before it pass once, and all of its rows where it begins that one. No score changes by a bit.
     *
     * @throws IllegalArgumentException when a prompt or a completion is empty, or their numbers differ
     */
    public static PackedBatch sharing(List<int[]> prompts, List<int[]> completions) {
        return of(prompts, completions, true);
    }

    private static PackedBatch of(List<int[]> prompts, List<int[]> completions, boolean share) {
        if (prompts.isEmpty() || prompts.size() != completions.size()) {
            throw new IllegalArgumentException("a batch wants as many completions as prompts, at least one, not "
                    + prompts.size() + " prompts and " + completions.size() + " completions");
        }
        Builder builder = new Builder(share);
        for (int s = 0; s < prompts.size(); s++) {
            if (prompts.get(s).length == 0 || completions.get(s).length == 0) {
                throw new IllegalArgumentException("sequence " + s + " has a prompt of " + prompts.get(s).length
                        + " and a completion of " + completions.get(s).length + " tokens; each needs at least one");
            }
            builder.add(prompts.get(s), completions.get(s));
        }
        return new PackedBatch(builder);
    }

    /** The tokens that are fed to the model to score a completion: all but the last. */
    public static int[] fed(int[] prompt, int[] completion) {
        int[] fed = Arrays.copyOf(prompt, prompt.length + completion.length - 1);
        System.arraycopy(completion, 0, fed, prompt.length, completion.length - 1);
        return fed;
    }

    /** How many rows {@link #sharing} adds for tokens that are fed after others. */
    public static int addedRows(int[] before, int[] fed) {
        int common = common(before, fed);
        return common == fed.length ? 0 : fed.length - common / PagedRows.BLOCK * PagedRows.BLOCK;
    }

    private static int common(int[] a, int[] b) {
        int differs = Arrays.mismatch(a, b);
        return differs < 0 ? a.length : differs;
    }

    private static int blocks(int positions) {
        return (positions + PagedRows.BLOCK - 1) / PagedRows.BLOCK;
    }

    private static final class Builder {
        final boolean share;
        final IntArrayList ids = new IntArrayList();
        final IntArrayList positions = new IntArrayList();
        final IntArrayList sequenceOf = new IntArrayList();
        final IntArrayList headRows = new IntArrayList();
        final IntArrayList targets = new IntArrayList();
        final List<int[]> tables = new ArrayList<>();
        int blocks;
        int longest;
        /** The tokens of the sequence before, and the row of each. */
        int[] tokens = NONE;
        int[] rows = NONE;

        Builder(boolean share) {
            this.share = share;
        }

        void add(int[] prompt, int[] completion) {
            int[] sequence = fed(prompt, completion);
            int common = share ? common(sequence, tokens) : 0;
            rows = Arrays.copyOf(rows, sequence.length);
            if (common < sequence.length) {
                append(sequence, common / PagedRows.BLOCK);
            }
            tokens = sequence;
            longest = Math.max(longest, sequence.length);
            for (int i = 0; i < completion.length; i++) {
                headRows.add(rows[prompt.length - 1 + i]);
                targets.add(completion[i]);
            }
        }

        /** Adds the rows after the cache blocks that are taken over. */
        private void append(int[] sequence, int taken) {
            int[] table = Arrays.copyOf(taken == 0 ? NONE : tables.get(tables.size() - 1), blocks(sequence.length));
            for (int i = taken; i < table.length; i++) {
                table[i] = blocks++;
            }
            for (int position = taken * PagedRows.BLOCK; position < sequence.length; position++) {
                rows[position] = ids.size();
                ids.add(sequence[position]);
                positions.add(position);
                sequenceOf.add(tables.size());
            }
            tables.add(table);
        }
    }

    /** How many rows pass through the layers: N. */
    public int tokens() {
        return ids.length;
    }

    /** How many rows have a target, over all sequences. */
    public int completionTokens() {
        return targets.length;
    }

    /** How many sequences have rows of their own. */
    public int sequences() {
        return sequences;
    }

    /** The most rows of one sequence. */
    int longest() {
        return longest;
    }

    /** How many cache blocks all sequences own. */
    int blocks() {
        return blocks;
    }

    /** Puts the batch into the workspace's memory. */
    DeviceBatch place(Workspace workspace) {
        PagedRows rows = new PagedRows(tokens(), sequences, blocksPerSequence, workspace.ints(positions),
                workspace.ints(sequenceOf), workspace.ints(blockTable));
        return new DeviceBatch(rows, workspace.ints(ids), workspace.ints(headRows), workspace.ints(targets),
                targets.length);
    }
}
