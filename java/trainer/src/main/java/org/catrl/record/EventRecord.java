package org.catrl.record;

/**
 * Something that happened in a run.
 *
 * @param step    the last step that was made, from 0; -1 before the first
 * @param time    seconds since 1970
 * @param kind    empty, guard, checkpoint, best, interrupted, resumed, stopped or judge
 * @param message for people
 */
public record EventRecord(int step, double time, String kind, String message) { }
