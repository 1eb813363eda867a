package org.catrl.selftest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.catrl.aggregate.MajorityVote;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.DType;
import org.catrl.generate.Completion;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.TrainRecipe;
import org.catrl.reward.AnswerReward;
import org.catrl.run.Task;
import org.catrl.text.AnswerFormat;
import org.catrl.train.Policy;
import org.catrl.train.PolicySettings;
import org.catrl.train.StepReport;
import org.catrl.train.Trainer;

/** One small step of Compute as Teacher, sampled and learned from, against the same step on the CPU in F32. */
public final class StepSelfTest {
    private static final List<String> SMALL = List.of("max_steps=1", "prompts_per_step=3", "grpo.num_generations=4",
            "grpo.mini_batches=1", "eval.problems=0");
    /** A draw close to a border between two tokens may fall on the other side of it. */
    private static final double LEAST_SHARED = 0.5;
    /** What a step computes from its rollouts, so that the same rollouts give the same figures. */
    private static final List<String> FIGURES = List.of("reward", "entropy", "policy_loss", "grad_norm");

    private final Path recipe;

    /**
     * A test that has not been run.
     *
     * @param recipe that of the small model that comes with the program
     */
    public StepSelfTest(Path recipe) {
        this.recipe = recipe;
    }

    SelfTestResult.Finding run(Backend backend, DType storage) {
        if (!Files.exists(recipe)) {
            return SelfTestResult.Finding.skipped("there is no " + recipe + "; name a recipe with --recipe");
        }
        StepReport expected;
        try (Backend cpu = Backends.open("cpu", Runtime.getRuntime().availableProcessors()).backend()) {
            expected = step(cpu, DType.F32);
        }
        return compare(expected, step(backend, storage), Tolerance.of(backend, storage));
    }

    /** The distance that log-probabilities and, as a share of the CPU's, figures may be apart. */
    private record Tolerance(double logProb, double figure) {
        static Tolerance of(Backend backend, DType storage) {
            if (storage == DType.BF16) {
                return new Tolerance(0.3, 0.2);
            }
            return backend.name().equals("cpu")
                    ? new Tolerance(Double.MIN_VALUE, Double.MIN_VALUE) // the same bits at any number of threads
                    : new Tolerance(1e-3, 1e-2);
        }
    }

    private StepReport step(Backend backend, DType storage) {
        TrainRecipe small = Recipes.train(recipe, SMALL);
        AnswerFormat format = small.task().answer().toFormat();
        try (Policy policy = Policy.open(backend, small.run().model(), settings(small, storage))) {
            return new Trainer(policy, Task.of(small).prompts(), new MajorityVote(format), new AnswerReward(format),
                    format, small.trainerSettings()).step(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PolicySettings settings(TrainRecipe small, DType storage) throws IOException {
        PolicySettings settings = small.policySettings();
        return settings.withModel(settings.model().withStorage(storage));
    }

    private static SelfTestResult.Finding compare(StepReport expected, StepReport found, Tolerance tolerance) {
        List<Completion> wanted = completions(expected);
        List<Completion> got = completions(found);
        int shared = 0;
        double apart = 0;
        for (int i = 0; i < wanted.size(); i++) {
            if (Arrays.equals(wanted.get(i).ids(), got.get(i).ids())) {
                shared++;
                apart = Math.max(apart, apart(wanted.get(i).logProbs(), got.get(i).logProbs()));
            }
        }
        double worst = apart / tolerance.logProb();
        if (shared == wanted.size()) {
            worst = Math.max(worst, figures(expected, found) / tolerance.figure());
        }
        String note = String.format(Locale.ROOT, "%d of %d rollouts as on the CPU, mult prob error %.6f, grad norm "
                + "%.4f (CPU %.4f)", shared, wanted.size(), found.metrics().get("sampling/token_mult_prob_error"),
                found.metrics().get("grad_norm"), expected.metrics().get("grad_norm"));
        boolean learned = Double.isFinite(found.metrics().get("sampling/token_mult_prob_error"))
                && found.metrics().get("grad_norm") > 0;
        if (!learned || !(worst <= 1) || shared < LEAST_SHARED * wanted.size()) {
            throw new AssertionError(note + "; log-probabilities of the same tokens are " + apart + " apart, the "
                    + "figures " + figures(found) + ", on the CPU " + figures(expected));
        }
        return SelfTestResult.Finding.of(wanted.size(), worst, note);
    }

    /** The largest difference of a figure, as a share of it, or of 1 where it is smaller than that. */
    private static double figures(StepReport expected, StepReport found) {
        return FIGURES.stream().mapToDouble(name -> Math.abs(expected.metrics().get(name) - found.metrics().get(name))
                / Math.max(1, Math.abs(expected.metrics().get(name)))).max().orElseThrow();
    }

    private static Map<String, Double> figures(StepReport report) {
        Map<String, Double> figures = new LinkedHashMap<>();
        FIGURES.forEach(name -> figures.put(name, report.metrics().get(name)));
        return figures;
    }

    private static List<Completion> completions(StepReport report) {
        return report.groups().stream().flatMap(group -> group.group().rollouts().stream())
                .map(rollout -> rollout.completion()).toList();
    }

    private static double apart(float[] a, float[] b) {
        double most = 0;
        for (int i = 0; i < a.length; i++) {
            most = Math.max(most, Math.abs(a[i] - b[i]));
        }
        return most;
    }
}
