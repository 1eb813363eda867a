package org.catrl.recipe;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Who plays which role beside the policy.
 *
 * <pre>{@code
 * roles: {judge: {to: model, model: ../judge}}
 * }</pre>
 *
 * @param anchor       who estimates references, where the aggregator asks anyone
 * @param rubricWriter who writes rubrics
 * @param judge        who says whether a response meets a criterion
 * @param grader       the same for evaluation, by the rubrics that come with the data
 */
public record RolesRecipe(ModelSource anchor, ModelSource rubricWriter, ModelSource judge, ModelSource grader) {
    static final RolesRecipe DEFAULTS = new RolesRecipe(new ModelSource.Anchor(), new ModelSource.Anchor(),
            new ModelSource.Anchor(), new ModelSource.Anchor());

    /** Folders of the models that are neither the policy nor the anchor; what plays two roles counts once. */
    public List<Path> folders() {
        return Stream.of(anchor, rubricWriter, judge, grader).filter(ModelSource.Folder.class::isInstance).distinct()
                .map(role -> ((ModelSource.Folder) role).model()).toList();
    }
}
