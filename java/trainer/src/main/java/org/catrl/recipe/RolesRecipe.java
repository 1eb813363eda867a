package org.catrl.recipe;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Who plays which role beside the policy.
 *
 * @param anchor       who estimates references, where the aggregator asks anyone
 * @param rubricWriter who writes rubrics
 * @param judge        who says whether a response meets a criterion
 * @param grader       the same for evaluation, by the rubrics that come with the data
 */
public record RolesRecipe(RoleRecipe anchor, RoleRecipe rubricWriter, RoleRecipe judge, RoleRecipe grader) {
    static final RolesRecipe DEFAULTS = new RolesRecipe(RoleRecipe.ANCHOR, RoleRecipe.ANCHOR, RoleRecipe.ANCHOR,
            RoleRecipe.ANCHOR);

    /** Folders of the models that are neither the policy nor the anchor; what plays two roles in the same way counts once. */
    public List<Path> folders() {
        return Stream.of(anchor, rubricWriter, judge, grader).filter(role -> role.to() == RoleRecipe.Target.MODEL).distinct()
                .map(role -> Path.of(role.model())).toList();
    }
}
