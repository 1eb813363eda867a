package org.catrl.cli;

/**
 * Who plays which role beside the policy.
 *
 * @param anchor       who estimates references, where the aggregator asks anyone
 * @param rubricWriter who writes rubrics
 * @param judge        who says whether a response meets a criterion
 * @param grader       the same for evaluation, by the rubrics that come with the data
 */
record RolesRecipe(RoleRecipe anchor, RoleRecipe rubricWriter, RoleRecipe judge, RoleRecipe grader) {
    static final RolesRecipe DEFAULTS = new RolesRecipe(RoleRecipe.ANCHOR, RoleRecipe.ANCHOR, RoleRecipe.ANCHOR,
            RoleRecipe.ANCHOR);
}
