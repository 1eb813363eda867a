package org.catrl.compute;

/**
 * The books of R sequences that are decoded for several tokens without the host looking; see {@link Backend#advance}.
 *
 * @param count        R
 * @param capacity     most tokens a row can record
 * @param inputIds     I32[R], the token each row feeds next
 * @param positions    I32[R], its position
 * @param counters     I32[R, 4], the Philox counter of the row's next draw
 * @param left         I32[R], tokens the row may still draw; 0 = it has ended
 * @param taken        I32[R], tokens recorded so far
 * @param recordedIds  I32[capacity, R]
 * @param recordedLogp F32[capacity, R]
 * @param stopFrom     I32[R + 1]: row r ends on the ids stops[stopFrom[r] .. stopFrom[r + 1])
 * @param stops        I32, at least 1 long
 */
public record DecodeState(int count, int capacity, Buffer inputIds, Buffer positions, Buffer counters, Buffer left,
                          Buffer taken, Buffer recordedIds, Buffer recordedLogp, Buffer stopFrom, Buffer stops) { }
