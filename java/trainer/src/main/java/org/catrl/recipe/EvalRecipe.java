package org.catrl.recipe;

import static org.catrl.setting.SettingException.require;

/**
 * What is measured with labels, which training never sees.
 *
 * <pre>{@code
 * eval: {problems: 500, samples: 8, every: 20}
 * }</pre>
 *
 * @param problems      held-out problems, asked before and after; 0 = no evaluation
 * @param samples       rollouts per problem
 * @param batch         problems asked at once; bounds memory, changes no result
 * @param every         steps between two looks at the labelled probe; 0 = never
 * @param probeProblems problems of the probe
 * @param repairs       hand-made groups that share one slip, for the aggregator (arithmetic only)
 * @param rewards       also derive the rewards on held-out problems that are scored by rubrics, and hold them against
 *                      those
 */
public record EvalRecipe(int problems, int samples, int batch, int every, int probeProblems, int repairs,
                  boolean rewards) {
    static final EvalRecipe DEFAULTS = new EvalRecipe(1000, 8, 100, 0, 200, 0, false);

    public EvalRecipe {
        require(problems >= 0, "problems", problems, "0 (no evaluation) or more");
        require(samples >= 1, "samples", samples, "1 or more");
        require(batch >= 1, "batch", batch, "1 or more");
        require(every >= 0, "every", every, "0 (never) or more");
        require(probeProblems >= 1, "probe_problems", probeProblems, "1 or more");
        require(repairs >= 0, "repairs", repairs, "0 or more");
    }
}
