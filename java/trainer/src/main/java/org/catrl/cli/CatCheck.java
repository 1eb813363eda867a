package org.catrl.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.catrl.aggregate.MajorityVote;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.DType;
import org.catrl.generate.Completion;
import org.catrl.reward.AnswerReward;
import org.catrl.text.AnswerFormat;
import org.catrl.train.Policy;
import org.catrl.train.StepReport;
import org.catrl.train.Trainer;

/** One small step of Compute as Teacher, sampled and learned from, against the same step on the CPU. */
final class CatCheck {
    private static final List<String> SMALL = List.of("max_steps=1", "prompts_per_step=3", "grpo.num_generations=4",
            "grpo.mini_batches=1", "eval.problems=0");
    /** A draw close to a border between two tokens may fall on the other side of it. */
    private static final double LEAST_SHARED = 0.5;

    private final Path recipe;

    /** @param recipe of the small model that comes with the program */
    CatCheck(Path recipe) {
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
        return compare(expected, step(backend, storage), storage);
    }

    private StepReport step(Backend backend, DType storage) {
        TrainRecipe small = Recipes.read(recipe, TrainRecipe.DEFAULTS, SMALL);
        AnswerFormat format = small.answer().toFormat();
        try (Policy policy = Policy.open(backend, Path.of(small.model()),
                small.policySettings().withStorage(storage))) {
            return new Trainer(policy, small.task().prompts(), new MajorityVote(format), new AnswerReward(format),
                    format, small.trainerSettings()).step(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SelfTestResult.Finding compare(StepReport expected, StepReport found, DType storage) {
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
        double worst = apart / (storage == DType.F32 ? 1e-3 : 0.3);
        String note = String.format(Locale.ROOT, "%d of %d rollouts as on the CPU, mult prob error %.6f, grad norm "
                + "%.4f (CPU %.4f)", shared, wanted.size(), found.metrics().get("sampling/token_mult_prob_error"),
                found.metrics().get("grad_norm"), expected.metrics().get("grad_norm"));
        boolean learned = Double.isFinite(found.metrics().get("sampling/token_mult_prob_error"))
                && found.metrics().get("grad_norm") > 0;
        if (!learned || !(worst <= 1) || shared < LEAST_SHARED * wanted.size()) {
            throw new AssertionError(note + "; log-probabilities of the same tokens are " + apart + " apart");
        }
        return SelfTestResult.Finding.of(wanted.size(), worst, note);
    }

    private static List<Completion> completions(StepReport report) {
        return report.groups().stream().flatMap(group -> group.rollouts().stream())
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
