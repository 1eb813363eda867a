package org.catrl.run;

import java.util.List;

/**
 * What other settings make of recorded rollouts.
 *
 * <pre>{@code
 * Rescore rescore = RescoreRun.of(Path.of("runs/mine"), List.of("aggregator=majority")).run();
 * System.out.println(rescore.changed() / (double) rescore.compared());
 * }</pre>
 *
 * @param groups      groups that were scored again
 * @param skipped     groups whose rollouts are not kept (record.groups_per_step)
 * @param compared    groups with a reference both times
 * @param changed     those of them whose reference says something else
 * @param abstained   groups without a reference as recorded, and now
 * @param correlation Pearson's, of the rewards of the rollouts that have one both times; NaN where there is none
 * @param turned      share of the rollouts whose advantage has another sign
 * @param steps       mean rewards by step
 */
public record Rescore(int groups, int skipped, int compared, int changed, Abstained abstained, double correlation,
                      double turned, List<StepMeans> steps) {
    /**
     * Groups without a reference.
     *
     * @param recorded in the run
     * @param now      under the other settings
     */
    public record Abstained(int recorded, int now) { }

    /**
     * The mean rewards of a step, over the groups that were scored again; NaN without any verdict.
     *
     * @param step     from 0
     * @param recorded in the run
     * @param now      under the other settings
     */
    public record StepMeans(int step, double recorded, double now) { }
}
