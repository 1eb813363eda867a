package org.catrl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.data.Example;
import org.catrl.data.Examples;
import org.catrl.data.JsonLines;
import org.catrl.data.Shuffled;
import org.catrl.data.arithmetic.Corpus;
import org.catrl.data.arithmetic.CorpusExamples;
import org.catrl.evaluate.EvaluationReport;
import org.catrl.evaluate.RubricEvaluation;
import org.catrl.model.TransformerSettings;
import org.catrl.recipe.ExamplesRecipe;
import org.catrl.recipe.LoraRecipe;
import org.catrl.recipe.RecipeException;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.SftRecipe;
import org.catrl.record.Checkpoints;
import org.catrl.record.RunFolder;
import org.catrl.run.Evaluations;
import org.catrl.run.ModelCheck;
import org.catrl.run.Task;
import org.catrl.train.Policy;
import org.catrl.train.Sft;
import org.catrl.train.SftMetrics;
import org.catrl.train.SftSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code catrl sft}: supervised training: of random weights, to make a starting point, or of a model. */
@Command(name = "sft", description = "Trains a model on supervised examples.",
        mixinStandardHelpOptions = true)
final class SftCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RECIPE", description = "A YAML file, e.g. models/arithmetic/sft.yaml.")
    private Path file;

    @Mixin
    private RunOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        SftRecipe recipe = Recipes.read(file, SftRecipe.DEFAULTS, options.assignments());
        Path model = Path.of(recipe.model());
        Lesson lesson = lesson(recipe);
        Optional<Task> held = recipe.isMeasured() ? Optional.of(recipe.task()) : Optional.empty();
        check(model, held, recipe);
        PrintWriter out = spec.commandLine().getOut();
        Backends.Opened opened = BackendLine.open(recipe);
        try (Backend backend = opened.backend(); RunFolder run = OutFolder.create(recipe)) {
            out.println(BackendLine.of(opened));
            run.recipe(recipe);
            Map<String, Object> summary = new LinkedHashMap<>();
            try (Sft sft = open(backend, recipe, lesson.steps())) {
                train(sft, lesson, run, out);
                Checkpoints.save(run.model(), sft::save);
                summary.put("sha256", sft.sha256());
            }
            if (held.isPresent()) {
                measure(backend, recipe, held.get(), run, out).ifPresent(metrics -> summary.put("held_out", metrics));
            }
            run.summary(summary);
            out.println("record and model: " + run.folder());
        }
        return ExitCode.OK.code();
    }

    private static void check(Path model, Optional<Task> held, SftRecipe recipe) throws IOException {
        if (held.isPresent()) {
            ModelCheck.fits(model, held.get(), recipe);
        } else {
            ModelCheck.folder(model);
        }
    }

    /** What is learned, and for how many steps. */
    private record Lesson(Examples examples, int steps) { }

    private Lesson lesson(SftRecipe recipe) {
        if (recipe.examples() != null) {
            ExamplesRecipe from = recipe.examples();
            Shuffled<Example> all = new Shuffled<>(JsonLines.examples(Path.of(from.file())), recipe.seed());
            return new Lesson(step -> all.batch(step, from.batchSize()), from.maxSteps());
        }
        if (recipe.advice() != null) {
            return new Lesson(recipe.advice().examples(), recipe.advice().steps());
        }
        if (recipe.stages().isEmpty()) {
            throw new RecipeException(file + ": stages is empty and there are no examples; supervised training needs "
                    + "one of them");
        }
        CorpusExamples corpus = new CorpusExamples(new Corpus(recipe.corpus()), recipe.stages());
        return new Lesson(corpus, corpus.steps());
    }

    private static Sft open(Backend backend, SftRecipe recipe, int steps) throws IOException {
        SftSettings settings = new SftSettings(recipe.optimizer(), steps, recipe.microBatchTokens(),
                TransformerSettings.DEFAULT, recipe.dtype().type(),
                Optional.ofNullable(recipe.lora()).map(LoraRecipe::toSettings),
                recipe.appendEos());
        return recipe.isCorpus() ? Sft.fromRandom(backend, Path.of(recipe.model()), recipe.seed(), settings)
                : Sft.fromWeights(backend, Path.of(recipe.model()), recipe.seed(), settings);
    }

    private void train(Sft sft, Lesson lesson, RunFolder run, PrintWriter out) {
        try (Progress progress = Progress.of(out, Terminal.present(), "sft", lesson.steps(), 50)) {
            for (int step = 0; step < lesson.steps(); step++) {
                SftMetrics metrics = sft.step(lesson.examples().batch(step));
                run.metrics(step, metrics.named());
                progress.at(step + 1, String.format(Locale.ROOT, "loss %.4f  lr %.2e", metrics.loss(),
                        metrics.learningRate()));
            }
        }
    }

    private static Optional<Map<String, Double>> measure(Backend backend, SftRecipe recipe, Task task, RunFolder run,
                                                         PrintWriter out) throws IOException {
        try (Policy policy = Policy.open(backend, run.model(), recipe.askingSettings(run.model()))) {
            Evaluations measurement = new Evaluations(recipe, task, policy.anchor(), out);
            if (recipe.data().byRubric()) {
                Optional<RubricEvaluation.Report> score = measurement.rubricScore("eval", policy, () -> {
                    throw new RecipeException("sft grades by a program alone; measure this model by catrl eval");
                }, Optional.empty());
                score.ifPresent(one -> out.println("\n" + ScoreLine.of(one)));
                return score.map(RubricEvaluation.Report::metrics);
            }
            Optional<EvaluationReport> report = measurement.heldOut("eval", policy);
            report.ifPresent(one -> out.print("\n" + ResultTable.of(Map.of("trained", one)) + "\n"));
            return report.map(EvaluationReport::metrics);
        }
    }
}
