package org.catrl.record;

/**
 * A process that works on a run.
 *
 * @param step    the first that it makes
 * @param time    ISO-8601
 * @param backend its description
 * @param why     why that was taken
 * @param version of the program
 * @param host    process and machine
 */
public record StartRecord(int step, String time, String backend, String why, String version, String host) { }
