package org.catrl.model;

/**
 * The cache blocks of the sequences of one pass, in a host array.
 *
 * @param sequences         S, rows of the table
 * @param blocksPerSequence its width
 * @param blocks            int[S * blocksPerSequence], in order of positions; unused entries are 0
 */
public record BlockTable(int sequences, int blocksPerSequence, int[] blocks) { }
