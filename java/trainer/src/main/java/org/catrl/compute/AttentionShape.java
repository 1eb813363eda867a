package org.catrl.compute;

/**
 * What attention does with rows, whichever they are.
 *
 * @param heads  how many there are, and their size
 * @param scale  what scores are multiplied by
 * @param window how many positions a row sees, its own included (sliding window); 0 = all
 */
public record AttentionShape(HeadShape heads, double scale, int window) { }
