package org.catrl.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.data.LabelledPrompt;
import org.catrl.evaluate.AggregatorComparison;
import org.catrl.evaluate.Contestant;
import org.catrl.evaluate.EvaluatedGroup;
import org.catrl.evaluate.EvaluationSettings;
import org.catrl.evaluate.RubricComparison;
import org.catrl.recipe.AggregatorName;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.Spelling;
import org.catrl.recipe.TrainRecipe;
import org.catrl.record.RunRecord;
import org.catrl.reward.Judge;
import org.catrl.train.Policy;

/**
 * A comparison of aggregators on the same rollouts of a recipe's held-out problems.
 *
 * <pre>{@code
 * Comparison comparison = ComparisonRun.of(Path.of("models/arithmetic/cat.yaml"), List.of("eval.problems=100"))
 *         .aggregators(List.of(AggregatorName.MAJORITY, AggregatorName.SYNTHESIS)).run();
 * }</pre>
 */
public final class ComparisonRun {
    private static final String NAME = "compare";
    private static final List<AggregatorName> ALL = List.of(AggregatorName.SINGLE_SAMPLE, AggregatorName.SELF_SELECTION,
            AggregatorName.JUDGE_SELECTION, AggregatorName.MIN_PERPLEXITY, AggregatorName.SELF_CERTAINTY,
            AggregatorName.MUTUAL_PREDICTABILITY, AggregatorName.MAJORITY, AggregatorName.SYNTHESIS,
            AggregatorName.FALLBACK, AggregatorName.RECURSIVE_SYNTHESIS);

    /** The aggregators that do not look for equal answers. */
    private static final List<AggregatorName> FOR_RUBRICS = ALL.stream().filter(name -> name != AggregatorName.MAJORITY
            && name != AggregatorName.FALLBACK).toList();

    private final Path file;
    private final TrainRecipe recipe;
    private final List<String> overrides;
    private List<AggregatorName> compared;
    private RunListener listener = RunListener.SILENT;

    private ComparisonRun(Path file, TrainRecipe recipe, List<String> overrides) {
        this.file = file;
        this.recipe = recipe.keyed();
        this.overrides = List.copyOf(overrides);
        this.compared = recipe.task().data().byRubric() ? FOR_RUBRICS : ALL;
    }

    /**
     * A comparison of all aggregators.
     *
     * @param overrides {@code key=value}, as behind --set of the command; {@code out=FOLDER} keeps a record there
     * @throws RecipeException naming file, line and key
     */
    public static ComparisonRun of(Path recipe, List<String> overrides) {
        return new ComparisonRun(recipe, Recipes.train(recipe, overrides), overrides);
    }

    /** Compares these aggregators alone. */
    public ComparisonRun aggregators(List<AggregatorName> some) {
        compared = some.stream().distinct().toList();
        return this;
    }

    /** Tells a listener what happens. */
    public ComparisonRun listener(RunListener hears) {
        listener = hears;
        return this;
    }

    /**
     * Makes the comparison.
     *
     * @throws RecipeException when there is nothing to compare on; and all that {@link TrainingRun#run} throws
     */
    public Comparison run() throws IOException {
        Path folder = recipe.run().model();
        Task task = ModelCheck.fits(folder, Task.of(recipe), recipe).told(listener);
        List<LabelledPrompt> problems = task.heldOut(recipe.task().eval().problems());
        if (problems.isEmpty()) {
            throw new RecipeException(file + ": eval.problems is 0 or data.held_out is missing; there is nothing to "
                    + "compare on");
        }
        Backends.Opened opened = recipe.run().backend().open();
        try (Backend backend = opened.backend();
             Policy policy = Policy.open(backend, folder, recipe.hostingSettings(folder), listener::loading);
             ModelRoles roles = new ModelRoles(recipe, backend, policy, Optional.empty(), listener)) {
            return recorded(task, problems, opened, policy, roles);
        }
    }

    private Comparison recorded(Task task, List<LabelledPrompt> problems, Backends.Opened opened, Policy policy,
                                ModelRoles roles) throws IOException {
        Optional<RunRecord> record = RunFolders.ifAskedFor(recipe, overrides,
                () -> RunFacts.of(NAME, recipe, recipe.run().model(), policy, Optional.empty()), opened);
        try (RunRecord closed = record.orElse(null)) {
            listener.started(new RunStart(opened.backend().description(), opened.reason(),
                    record.map(kept -> kept.folder().folder()), false));
            listener.evaluating(NAME, 0, problems.size());
            Optional<Consumer<EvaluatedGroup>> groups = record.map(kept -> group -> kept.problem(0, NAME, group));
            Comparison comparison = recipe.task().data().byRubric()
                    ? byRubrics(problems, task.grader().orElseGet(roles::grader), policy, roles, groups)
                    : byAnswers(problems, policy, roles, groups);
            record.ifPresent(kept -> kept.summary(comparison));
            return comparison;
        }
    }

    private Comparison byAnswers(List<LabelledPrompt> problems, Policy policy, ModelRoles roles,
                                 Optional<Consumer<EvaluatedGroup>> groups) {
        AggregatorFactory aggregators = new AggregatorFactory(recipe);
        AggregatorComparison comparison = new AggregatorComparison(problems, contestants(aggregators, roles),
                aggregators.format(), settings());
        return new Comparison.ByAnswers(problems.size(), recipe.numGenerations(),
                comparison.run(policy, progress(problems.size()), groups), aggregators.format().takeAllGivenUp());
    }

    private Comparison byRubrics(List<LabelledPrompt> problems, Judge grader, Policy policy, ModelRoles roles,
                                 Optional<Consumer<EvaluatedGroup>> groups) {
        RubricComparison comparison = new RubricComparison(problems,
                contestants(new AggregatorFactory(recipe), roles), grader, settings());
        return new Comparison.ByRubrics(problems.size(), recipe.numGenerations(),
                comparison.run(policy, progress(problems.size()), groups));
    }

    private List<Contestant> contestants(AggregatorFactory aggregators, ModelRoles roles) {
        return compared.stream().map(name -> Contestant.of(Spelling.of(name), roles.askedBy(name),
                anchor -> aggregators.of(name, anchor))).toList();
    }

    private IntConsumer progress(int problems) {
        return done -> listener.evaluating(NAME, done, problems);
    }

    private EvaluationSettings settings() {
        return new EvaluationSettings(recipe.numGenerations(), recipe.task().sampling().toSettings(),
                recipe.task().eval().batch());
    }
}
