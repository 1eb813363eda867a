package org.catrl.recipe;

/**
 * What is measured with labels, which training never sees.
 *
 * @param problems      held-out problems, asked before and after; 0 = no evaluation
 * @param samples       rollouts per problem
 * @param batch         problems asked at once; bounds memory, changes no result
 * @param every         steps between two looks at the labelled probe; 0 = never
 * @param probeProblems problems of the probe
 * @param repairs       hand-made groups that share one slip, for the teacher (arithmetic only)
 * @param rewards       also derive the rewards on held-out problems that are scored by rubrics, and hold them against those
 */
public record EvalRecipe(int problems, int samples, int batch, int every, int probeProblems, int repairs,
                  boolean rewards) {
    static final EvalRecipe DEFAULTS = new EvalRecipe(1000, 8, 100, 0, 200, 0, false);

    public EvalRecipe {
        atLeast("problems", problems, 0);
        atLeast("samples", samples, 1);
        atLeast("batch", batch, 1);
        atLeast("every", every, 0);
        atLeast("probe_problems", probeProblems, 1);
        atLeast("repairs", repairs, 0);
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be " + least + " or more");
        }
    }
}
