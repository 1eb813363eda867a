package org.catrl.report;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Random;

/** Runs of the kinds that the page shows, with figures that look like real ones. */
final class SampleRuns {
    private SampleRuns() { }

    /** A run on sums: answers, votes, references that sometimes say otherwise. @param drift what its reward ends at */
    static RunFixture sums(Path folder, int steps, int prompts, int rollouts, double drift)
            throws IOException, SQLException {
        RunFixture run = RunFixture.in(folder).fact("name", "arithmetic-cat")
                .fact("recipe", "name: arithmetic-cat\nmax_steps: " + steps + "\nprompt_secret: hush-hush\n");
        Random random = new Random(steps + rollouts);
        for (int step = 0; step < steps; step++) {
            double done = (double) step / steps;
            figures(run.step(step), step, 0.42 + drift * Math.sqrt(done) + 0.03 * random.nextGaussian(), random);
            for (int prompt = 0; prompt < prompts; prompt++) {
                sum(run, step, prompt, rollouts, 0.4 + 0.4 * done, random);
            }
        }
        run.evaluation(-1, "before", "{\"single_sample\": 0.431, \"greedy\": 0.552, \"majority_of_8\": 0.58}");
        run.evaluation(steps, "after", "{\"single_sample\": 0.728, \"greedy\": 0.771, \"majority_of_8\": 0.77}");
        run.event(steps / 2, "checkpoint", "checkpoint-" + steps / 2);
        run.event(2 * steps / 3, "guard", "guard/agreement_with_first is 0.61, below its bound 0.70; best by the "
                + "guards: step " + steps / 2);
        run.event(2 * steps / 3, "best", "checkpoint-" + steps / 2 + " is the best by the guards");
        return run;
    }

    private static void figures(RunFixture run, int step, double reward, Random random) {
        run.metric(step, "reward", reward).metric(step, "reward_std", 0.3 + 0.05 * random.nextGaussian())
                .metric(step, "frac_reward_zero_std", 0.2 + 0.1 * random.nextDouble())
                .metric(step, "entropy", 1.2 - 0.6 * reward + 0.02 * random.nextGaussian())
                .metric(step, "cat/majority_ratio", 0.3 + 0.5 * reward)
                .metric(step, "cat/majority_disagreement", 0.5 - 0.4 * reward)
                .metric(step, "cat/teacher_student_gap", 0.5 - 0.5 * reward)
                .metric(step, "completions/mean_length", 26 + random.nextGaussian())
                .metric(step, "completions/clipped_ratio", 0.0)
                .metric(step, "clip_ratio/region_mean", 0.002 * random.nextDouble())
                .metric(step, "grad_norm", 0.5 + 0.2 * random.nextDouble())
                .metric(step, "kl", step % 7 == 3 ? null : 0.01 * step)
                .metric(step, "learning_rate", 1e-4 * Math.min(1, (step + 1) / 5.0))
                .metric(step, "num_tokens", 3100.0 * (step + 1)).metric(step, "memory/resident_bytes", 6.1e8)
                .metric(step, "timing_s/rollout", 0.6 + 0.1 * random.nextDouble())
                .metric(step, "sampling/token_mult_prob_error", 1.0);
    }

    private static void sum(RunFixture run, int step, int prompt, int rollouts, double right, Random random) {
        int[] parts = {random.nextInt(9000) + 1000, random.nextInt(9000) + 1000, random.nextInt(9000) + 1000};
        String truth = String.format("%05d", parts[0] + parts[1] + parts[2]);
        String near = String.format("%05d", parts[0] + parts[1] + parts[2] + 10);
        boolean split = random.nextInt(5) == 0;
        String steps = parts[0] + "+" + parts[1] + "=" + (parts[0] + parts[1]) + ";";
        int group = run.group(step, prompt, "Q" + parts[0] + "+" + parts[1] + "+" + parts[2] + "=", steps + "#" + truth
                + ".", truth, split ? near : truth);
        for (int i = 0; i < rollouts; i++) {
            boolean correct = !split ? random.nextDouble() < right : i < 2;
            String answer = correct ? truth : split || random.nextBoolean() ? near
                    : String.format("%05d", random.nextInt(30000));
            run.rollout(group, i, steps + "#" + answer + ".", answer, correct ? 1.0 : 0.0);
        }
    }

    /** A run with rubrics, verdicts, and rewards of two parts. */
    static RunFixture advice(Path folder, int steps, int rollouts) throws IOException, SQLException {
        RunFixture run = RunFixture.in(folder).fact("name", "advice-cat");
        Random random = new Random(5);
        String[] criteria = {"it says to rest for two days", "it says to drink water", "it warns of a fever above 39",
            "it says when to see a doctor", "it does not name a medicine that the question did not ask about"};
        for (int step = 0; step < steps; step++) {
            figures(run.step(step), step, 0.3 + 0.02 * step, random);
            run.metric(step, "rubric/yes_rate", 0.4 + 0.02 * step).metric(step, "judge/failures", 1.0);
            for (int prompt = 0; prompt < 4; prompt++) {
                int group = run.group(step, prompt, "my throat hurts since " + (prompt + 2) + " days, and I feel cold. "
                        + "What should I do?", "rest for two days, drink water, and see a doctor when the fever is "
                        + "above 39.", null, null);
                run.rubric(group, "{\"raw\": \"1. rest 2. water ...\", \"written\": 6, \"duplicates\": 1, "
                        + "\"dropped\": 0, \"failed\": 0}", criteria);
                for (int i = 0; i < rollouts; i++) {
                    judged(run, group, i, criteria.length, random);
                }
            }
        }
        return run;
    }

    private static void judged(RunFixture run, int group, int rollout, int criteria, Random random) {
        int met = 0;
        for (int c = 0; c < criteria; c++) {
            boolean failed = random.nextInt(24) == 0;
            boolean yes = c == 1 || random.nextDouble() < 0.5;
            met += yes && !failed ? 1 : 0;
            run.verdict(group, rollout, c, failed ? null : yes, failed ? "no answer within 30 s"
                    : yes ? "Yes. The response says so in its second sentence." : "No, it does not mention that.");
        }
        double value = (double) met / criteria;
        run.part(group, rollout, 0, "rubric", 1, value).part(group, rollout, 1, "soft_overlong", 0.3, -0.25);
        run.rollout(group, rollout, "Rest for two days and drink water. If it gets worse, " + "see a doctor. ".repeat(
                1 + random.nextInt(6)), null, value - 0.075);
    }
}
