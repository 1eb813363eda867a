package org.catrl.run;

import java.util.List;

/**
 * What making a recorded step again came to.
 *
 * <pre>{@code
 * Replay replay = ReplayRun.of(Path.of("runs/mine"), List.of()).step(36);
 * System.out.println(replay.differences().isEmpty() ? "the same to the bit" : replay.differences());
 * }</pre>
 *
 * @param step        the step, from 0
 * @param from        steps that were taken from a checkpoint; 0 = it began with the initial weights
 * @param groups      groups that were held against the record
 * @param differences a line for each prompt or rollout that differs, and for the metrics; none where all is the same
 */
public record Replay(int step, int from, int groups, List<String> differences) { }
