package org.catrl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.catrl.aggregate.Aggregator;
import org.catrl.aggregate.ContextPolicy;
import org.catrl.aggregate.Synthesis;
import org.catrl.aggregate.SynthesisSettings;
import org.catrl.aggregate.TemplateSynthesisPrompt;
import org.catrl.aggregate.UnparsedPolicy;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.data.Prompts;
import org.catrl.data.Split;
import org.catrl.data.arithmetic.ArithmeticPrompts;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.ScoredGroup;
import org.catrl.flow.TaughtGroup;
import org.catrl.generate.SamplingSettings;
import org.catrl.reward.AnswerReward;
import org.catrl.text.AnswerFormat;
import org.catrl.text.Comparison;
import org.catrl.text.PatternAnswer;
import org.catrl.train.Advantages;
import org.catrl.train.GrpoConfig;
import org.catrl.train.OptimizerConfig;
import org.catrl.train.Policy;
import org.catrl.train.PolicySettings;
import org.catrl.train.UpdateMetrics;
import org.junit.jupiter.api.Test;

/** The README's step, as an embedding program writes it. */
class ReadmeStepTest {
    private static final Path MODEL = Path.of("../../models/arithmetic");

    @Test
    void oneStepInTwelveLines() throws IOException {
        assumeTrue(Files.exists(MODEL.resolve("model.safetensors")), "skipped: models/arithmetic holds no weights yet");
        Prompts prompts = new ArithmeticPrompts(Split.TRAIN, 1);
        GrpoConfig grpo = GrpoConfig.trlDefaults();
        int step = 0;
        try (Backend backend = Backends.open("auto", 2).backend();
             Policy policy = Policy.open(backend, MODEL, PolicySettings.of(42, OptimizerConfig.trlDefaults(), 100))) {
            SamplingSettings sampling = SamplingSettings.of(1.0, 40, List.of());
            AnswerFormat answer = new PatternAnswer("#(\\d{5})\\.", Comparison.EXACT);
            Aggregator aggregator = new Synthesis(policy.anchor(), new TemplateSynthesisPrompt("R", "R", "S", ""),
                    answer, new SynthesisSettings(sampling, false, ContextPolicy.ABSTAIN, UnparsedPolicy.ABSTAIN, 1,
                    42));

            List<SampledGroup> sampled = policy.sample(prompts.batch(step, 16), 8, sampling, step);
            List<TaughtGroup> taught = aggregator.teach(sampled, step);
            List<ScoredGroup> scored = new AnswerReward(answer).scoreAll(taught, step);
            UpdateMetrics metrics = policy.update(Advantages.of(scored, grpo), sampling, grpo);

            assertEquals(1.0, metrics.named().get("sampling/token_mult_prob_error"));
            assertTrue(metrics.named().get("grad_norm") > 0);
        }
    }
}
