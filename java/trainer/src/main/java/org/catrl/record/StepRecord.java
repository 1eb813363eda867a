package org.catrl.record;

import java.util.List;
import java.util.Map;

/**
 * A step as it is recorded, all of it or nothing.
 *
 * @param step    counted from 0
 * @param seconds what it took
 * @param metrics under the names that are logged
 * @param stages  what its parts took
 * @param groups  in order; empty where nothing was sampled
 */
public record StepRecord(int step, double seconds, Map<String, Double> metrics, List<StageRecord> stages,
                         List<GroupRecord> groups) { }
