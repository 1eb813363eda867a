package org.catrl.model;

import java.util.List;
import org.catrl.compute.Rows;

/**
 * The token rows of a training batch: sequences of unequal length one after another, with no padding. A sequence is its
 * prompt and completion without the last token; the rows that predict a completion token have a target. Each sequence
 * owns consecutive cache blocks.
 */
public final class Packed {
    private final int sequences;
    private final int blocksPerSequence;
    private final int longest;
    private final int[] ids;
    private final int[] positions;
    private final int[] sequenceOf;
    private final int[] blockTable;
    private final int[] headRows;
    private final int[] targets;
    private final int[] sequenceFrom;
    private int blocks;

    private Packed(List<int[]> prompts, List<int[]> completions) {
        sequences = prompts.size();
        int tokens = 0;
        int predicted = 0;
        int most = 0;
        for (int s = 0; s < sequences; s++) {
            int rows = prompts.get(s).length + completions.get(s).length - 1;
            tokens += rows;
            predicted += completions.get(s).length;
            most = Math.max(most, rows);
        }
        longest = most;
        blocksPerSequence = blocks(most);
        ids = new int[tokens];
        positions = new int[tokens];
        sequenceOf = new int[tokens];
        blockTable = new int[sequences * blocksPerSequence];
        headRows = new int[predicted];
        targets = new int[predicted];
        sequenceFrom = new int[sequences + 1];
    }

    /**
     * Packs the sequences in the given order.
     *
     * @throws IllegalArgumentException when a prompt or a completion is empty, or their numbers differ
     */
    public static Packed of(List<int[]> prompts, List<int[]> completions) {
        if (prompts.isEmpty() || prompts.size() != completions.size()) {
            throw new IllegalArgumentException("a batch wants as many completions as prompts, at least one, not "
                    + prompts.size() + " prompts and " + completions.size() + " completions");
        }
        for (int s = 0; s < prompts.size(); s++) {
            if (prompts.get(s).length == 0 || completions.get(s).length == 0) {
                throw new IllegalArgumentException("sequence " + s + " has a prompt of " + prompts.get(s).length
                        + " and a completion of " + completions.get(s).length + " tokens; each needs at least one");
            }
        }
        Packed packed = new Packed(prompts, completions);
        int row = 0;
        for (int s = 0; s < prompts.size(); s++) {
            packed.blocks(s, prompts.get(s).length + completions.get(s).length - 1);
            row = packed.rows(s, row, prompts.get(s), completions.get(s));
        }
        return packed;
    }

    private static int blocks(int positions) {
        return (positions + Rows.BLOCK - 1) / Rows.BLOCK;
    }

    private void blocks(int sequence, int rows) {
        for (int i = 0; i < blocks(rows); i++) {
            blockTable[sequence * blocksPerSequence + i] = blocks++;
        }
    }

    private int rows(int sequence, int firstRow, int[] prompt, int[] completion) {
        System.arraycopy(prompt, 0, ids, firstRow, prompt.length);
        System.arraycopy(completion, 0, ids, firstRow + prompt.length, completion.length - 1);
        int rows = prompt.length + completion.length - 1;
        for (int i = 0; i < rows; i++) {
            positions[firstRow + i] = i;
            sequenceOf[firstRow + i] = sequence;
        }
        int from = sequenceFrom[sequence];
        for (int i = 0; i < completion.length; i++) {
            headRows[from + i] = firstRow + prompt.length - 1 + i;
        }
        System.arraycopy(completion, 0, targets, from, completion.length);
        sequenceFrom[sequence + 1] = from + completion.length;
        return firstRow + rows;
    }

    /** N, rows that pass through the layers. */
    public int tokens() {
        return ids.length;
    }

    /** Rows with a target, over all sequences. */
    public int completionTokens() {
        return targets.length;
    }

    /** S + 1 numbers: completion tokens of sequence s are sequenceFrom[s] .. sequenceFrom[s + 1]. */
    public int[] sequenceFrom() {
        return sequenceFrom.clone();
    }

    public int sequences() {
        return sequences;
    }

    /** Most rows of one sequence. */
    int longest() {
        return longest;
    }

    /** Cache blocks of all sequences. */
    int blocks() {
        return blocks;
    }

    /** Puts the batch into the workspace's memory. */
    Placed place(Workspace workspace) {
        Rows rows = new Rows(tokens(), sequences, blocksPerSequence, workspace.ints(positions),
                workspace.ints(sequenceOf), workspace.ints(blockTable));
        return new Placed(rows, workspace.ints(ids), workspace.ints(headRows), workspace.ints(targets),
                targets.length);
    }
}
