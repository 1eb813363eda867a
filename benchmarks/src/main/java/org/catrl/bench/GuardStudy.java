package org.catrl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.catrl.compute.Backend;
import org.catrl.evaluate.Evaluation;
import org.catrl.evaluate.EvaluationSettings;
import org.catrl.evaluate.RubricEvaluation;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.TrainRecipe;
import org.catrl.run.Probe;
import org.catrl.run.Task;
import org.catrl.train.Policy;

/**
 * What a guard would have seen of a run that is over: walks its checkpoints, computes every signal of a guard for each,
 * and, apart from these, the accuracy on held-out problems, by which {@link GuardTable} judges the guard. A row of the
 * file is one checkpoint; rows that are there are not made again. With {@code score} only that of a run is computed.
 *
 * <pre>
 * java -cp ... org.catrl.bench.GuardStudy RUN FILE.csv [STEPS BETWEEN CHECKPOINTS] [score]
 * </pre>
 */
public final class GuardStudy {
    /** Of each held-out problem: many problems tell more than many samples. */
    private static final int SAMPLES = 1;
    private static final int BATCH = 100;
    private static final int PROBLEMS = 800;

    private final TrainRecipe recipe;
    private final Path run;
    private final boolean all;
    private final Task task;

    private GuardStudy(Path run, boolean all) {
        this.run = run;
        this.all = all;
        this.recipe = Recipes.train(run.resolve("recipe.yaml"), List.of("threads=1")).keyed();
        this.task = Task.of(recipe);
    }

    /** Studies one run, on one thread. */
    public static void main(String[] arguments) throws IOException {
        Path run = Path.of(arguments[0]);
        int every = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10;
        new GuardStudy(run, arguments.length <= 3).write(Path.of(arguments[1]), steps(run, every));
    }

    private static TreeSet<Integer> steps(Path run, int every) throws IOException {
        TreeSet<Integer> steps = new TreeSet<>(List.of(0));
        try (Stream<Path> folders = Files.list(run)) {
            folders.map(folder -> folder.getFileName().toString()).filter(name -> name.matches("checkpoint-\\d+"))
                    .map(name -> Integer.parseInt(name.substring("checkpoint-".length())))
                    .filter(step -> step % every == 0).forEach(steps::add);
        }
        return steps;
    }

    private void write(Path csv, TreeSet<Integer> steps) throws IOException {
        List<Integer> there = Files.exists(csv) ? GuardCurve.read(csv).allSteps() : List.of();
        there.forEach(steps::remove);
        Path initial = recipe.run().model();
        try (Backend backend = recipe.run().backend().open().backend();
             Policy anchor = Policy.open(backend, initial, recipe.hostingSettings(initial));
             Probe probe = Probe.open(recipe, backend, anchor).orElseThrow(() -> new IOException(
                     run + ": its rewards hold nothing to a reference; there is nothing to study"))) {
            GuardSignals signals = new GuardSignals(recipe, probe, anchor);
            for (int last : there.subList(Math.max(0, there.size() - 1), there.size())) {
                look(backend, last, signals::flips);
            }
            for (int step : steps) {
                append(csv, row(backend, signals, step));
            }
        }
    }

    private Map<String, Double> row(Backend backend, GuardSignals signals, int step) throws IOException {
        return look(backend, step, policy -> {
            Map<String, Double> row = all ? signals.of(step, policy) : signals.score(step, policy);
            row.put("label", label(policy));
            return row;
        });
    }

    private <T> T look(Backend backend, int step, Function<Policy, T> at) throws IOException {
        Path model = step == 0 ? recipe.run().model() : run.resolve("checkpoint-" + step);
        try (Policy policy = Policy.open(backend, model, recipe.hostingSettings(model))) {
            return at.apply(policy);
        }
    }

    private double label(Policy policy) {
        EvaluationSettings settings = new EvaluationSettings(SAMPLES, recipe.task().sampling().toSettings(), BATCH);
        return recipe.task().data().byRubric()
                ? new RubricEvaluation(task.heldOut(PROBLEMS), task.grader().orElseThrow(),
                        Optional.empty(), settings).run(policy, done -> { }, Optional.empty())
                        .score()
                : new Evaluation(task.heldOut(PROBLEMS), List.of(), recipe.task().answer().toFormat(),
                        Optional.empty(), settings).run(policy, done -> { }).labelAccuracy();
    }

    private static void append(Path csv, Map<String, Double> row) throws IOException {
        String header = Files.exists(csv) ? "" : String.join(",", row.keySet()) + "\n";
        Files.writeString(csv, header + row.values().stream().map(value -> String.format(Locale.ROOT, "%.5f",
                value)).collect(Collectors.joining(",")) + "\n", StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        System.out.println(csv.getFileName() + " " + row);
    }
}
