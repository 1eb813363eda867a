package org.catrl.run;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.catrl.aggregate.Aggregator;
import org.catrl.data.LabelledPrompt;
import org.catrl.evaluate.EvaluatedGroup;
import org.catrl.evaluate.Evaluation;
import org.catrl.evaluate.EvaluationReport;
import org.catrl.evaluate.EvaluationSettings;
import org.catrl.evaluate.LabelledGroup;
import org.catrl.evaluate.RubricEvaluation;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.RolloutSource;
import org.catrl.recipe.AggregatorName;
import org.catrl.recipe.EvalRecipe;
import org.catrl.recipe.Recipe;
import org.catrl.reward.Judge;
import org.catrl.reward.RewardDeriver;
import org.catrl.text.AnswerFormat;

/** The evaluations that a recipe asks for, with labels that training never sees. */
final class Evaluations {
    private final Recipe recipe;
    private final Task task;
    private final Aggregator aggregator;
    private final AnswerFormat format;
    private final RunListener listener;
    private final Optional<Consumer<EvaluatedGroup>> groups;

    /**
     * The evaluations of one recipe.
     *
     * @param anchor the model that synthesises, for the figures of the aggregator
     */
    Evaluations(Recipe recipe, Task task, LanguageModel anchor, RunListener listener) {
        this(recipe, task, anchor, listener, Optional.empty());
    }

    /**
     * The evaluations of one recipe, heard problem by problem.
     *
     * @param groups hears of every problem once it has been measured
     */
    Evaluations(Recipe recipe, Task task, LanguageModel anchor, RunListener listener,
                Optional<Consumer<EvaluatedGroup>> groups) {
        AggregatorFactory aggregators = new AggregatorFactory(recipe);
        this.recipe = recipe;
        this.task = task;
        this.aggregator = aggregators.of(AggregatorName.SYNTHESIS, anchor);
        this.format = aggregators.format();
        this.listener = listener;
        this.groups = groups;
    }

    /**
     * The figures on the held-out problems; empty where there are none.
     *
     * @param grader  opens the judge of the responses where gold is rubrics and no program can
     * @param rewards what is learned from, to be held against scores by rubrics
     */
    Optional<Measured> heldOut(String name, RolloutSource policy, Supplier<Judge> grader,
                               Optional<RewardDeriver> rewards) {
        List<LabelledPrompt> problems = task.heldOut(recipe.task().eval().problems());
        if (problems.isEmpty()) {
            return Optional.empty();
        }
        listener.evaluating(name, 0, problems.size());
        IntConsumer progress = done -> listener.evaluating(name, done, problems.size());
        return Optional.of(recipe.task().data().byRubric()
                ? new Measured.ByRubrics(byRubrics(problems, grader, rewards).run(policy, progress, groups))
                : measured(byAnswers(problems, repairs()).run(policy, progress, groups)));
    }

    private Measured measured(EvaluationReport report) {
        return new Measured.ByAnswers(report, format.takeAllGivenUp());
    }

    /**
     * The policy's figures on the probe; empty where there is none.
     *
     * @param grader opens the judge of the responses where gold is rubrics and no program can
     */
    Optional<Measured> probe(RolloutSource policy, Supplier<Judge> grader) {
        List<LabelledPrompt> problems = task.probe(recipe.task().eval().probeProblems());
        if (problems.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(recipe.task().data().byRubric()
                ? new Measured.ByRubrics(byRubrics(problems, grader, Optional.empty()).run(policy, done -> { },
                        Optional.empty()))
                : measured(byAnswers(problems, List.of()).run(policy, done -> { })));
    }

    private List<LabelledGroup> repairs() {
        return task.repairs(recipe.task().eval().repairs(), recipe.numGenerations());
    }

    private Evaluation byAnswers(List<LabelledPrompt> problems, List<LabelledGroup> repairs) {
        return new Evaluation(problems, repairs, format, Optional.of(aggregator), settings());
    }

    private RubricEvaluation byRubrics(List<LabelledPrompt> problems, Supplier<Judge> grader,
                                       Optional<RewardDeriver> rewards) {
        return new RubricEvaluation(problems, task.grader().orElseGet(grader),
                Optional.of(new RubricEvaluation.Supervision(aggregator, rewards)), settings());
    }

    private EvaluationSettings settings() {
        EvalRecipe eval = recipe.task().eval();
        return new EvaluationSettings(eval.samples(), recipe.task().sampling().toSettings(), eval.batch());
    }
}
