package org.catrl.compute;

/**
 * The books of R sequences that are decoded for several tokens without the host looking; see {@link Backend#advance}.
 *
 * @param count     R
 * @param inputIds  I32[R], the token each row feeds next
 * @param positions I32[R], its position
 * @param counters  I32[R, 4], the Philox counter of the row's next draw
 * @param left      I32[R], tokens the row may still draw; 0 = it has ended
 * @param record    what the rows have drawn
 * @param stopFrom  I32[R + 1]: row r ends on the ids stops[stopFrom[r] .. stopFrom[r + 1])
 * @param stops     I32, at least 1 long
 */
public record DecodeState(int count, Buffer inputIds, Buffer positions, Buffer counters, Buffer left,
                          DecodeRecord record, Buffer stopFrom, Buffer stops) { }
