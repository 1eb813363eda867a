package org.catrl.run;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.catrl.aggregate.Aggregator;
import org.catrl.cli.Progress;
import org.catrl.cli.Terminal;
import org.catrl.data.LabelledPrompt;
import org.catrl.evaluate.Evaluation;
import org.catrl.evaluate.EvaluationReport;
import org.catrl.evaluate.EvaluationSettings;
import org.catrl.evaluate.LabelledGroup;
import org.catrl.evaluate.RubricEvaluation;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.RolloutSource;
import org.catrl.recipe.AggregatorName;
import org.catrl.recipe.MeasuredRecipe;
import org.catrl.reward.Judge;
import org.catrl.reward.RewardDeriver;
import org.catrl.text.AnswerFormat;

/** The evaluations that a recipe asks for, with labels that training never sees. */
public final class Evaluations {
    private final MeasuredRecipe recipe;
    private final Task task;
    private final Aggregator teacher;
    private final AnswerFormat format;
    private final PrintWriter out;

    /** @param anchor who synthesises for the teacher's figures */
    public Evaluations(MeasuredRecipe recipe, Task task, LanguageModel anchor, PrintWriter out) {
        AggregatorFactory teachers = new AggregatorFactory(recipe);
        this.recipe = recipe;
        this.task = task;
        this.teacher = teachers.of(AggregatorName.SYNTHESIS, anchor);
        this.format = teachers.format();
        this.out = out;
    }

    /**
     * By the rubrics that come with the problems; empty where they have none.
     *
     * @param grader opens who reads the responses where no program can
     * @param rewards what is learned from, to be held against these scores
     */
    public Optional<RubricEvaluation.Report> rubricScore(String name, RolloutSource policy, Supplier<Judge> grader,
                                                  Optional<RewardDeriver> rewards) {
        List<LabelledPrompt> problems = task.heldOut(recipe.eval().problems());
        if (problems.isEmpty() || !recipe.data().byRubric()) {
            return Optional.empty();
        }
        RubricEvaluation evaluation = new RubricEvaluation(problems, recipe.data().grader().orElseGet(grader),
                Optional.of(new RubricEvaluation.Supervision(teacher, rewards)), settings());
        try (Progress progress = Progress.of(out, Terminal.present(), name, problems.size(), 4)) {
            return Optional.of(evaluation.run(policy, done -> progress.at(done, "")));
        }
    }

    /** All figures on the held-out problems; empty where the recipe or the data has none with answers. */
    public Optional<EvaluationReport> heldOut(String name, RolloutSource policy) {
        List<LabelledPrompt> problems = task.heldOut(recipe.eval().problems());
        if (problems.isEmpty() || recipe.data().byRubric()) {
            return Optional.empty();
        }
        List<LabelledGroup> repairs = task.repairs(recipe.eval().repairs(), recipe.numGenerations());
        try (Progress progress = Progress.of(out, Terminal.present(), name, problems.size(), 4)) {
            return Optional.of(evaluation(problems, repairs).run(policy, done -> progress.at(done, "")));
        }
    }

    /** The policy's figures on the probe; empty where there is none. */
    Optional<EvaluationReport> probe(RolloutSource policy) {
        List<LabelledPrompt> problems = task.probe(recipe.eval().probeProblems());
        return problems.isEmpty() || recipe.data().byRubric() ? Optional.empty()
                : Optional.of(evaluation(problems, List.of()).run(policy, done -> { }));
    }

    private Evaluation evaluation(List<LabelledPrompt> problems, List<LabelledGroup> repairs) {
        return new Evaluation(problems, repairs, format, Optional.of(teacher),
                settings());
    }

    private EvaluationSettings settings() {
        return new EvaluationSettings(recipe.eval().samples(), recipe.sampling().toSettings(), recipe.eval().batch());
    }
}
