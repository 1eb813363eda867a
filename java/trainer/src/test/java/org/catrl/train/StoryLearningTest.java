package org.catrl.train;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.KlEstimator;
import org.catrl.data.Prompt;
import org.catrl.data.Shuffled;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.generate.SamplingSettings;
import org.junit.jupiter.api.Test;

/**
 * A small trained model learns to tell happy stories, as it did in torch: there 0.05 to 0.1 of the stories hold "
 * happy" at the start, and 0.94 to 0.97 after 80 steps.
 */
class StoryLearningTest {
    private static final Path MODEL = Path.of("../../../shared/data/models/tinystories-656k");
    private static final List<String> BEGINNINGS = List.of("Once upon a time", "One day, a boy named Tim",
            "There was a big dog", "Lily and Tom were", "The cat was", "Mom and Dad went to", "A little bird",
            "In a small house");
    private static final int STEPS = 80;
    private static final GrpoConfig CONFIG = GrpoConfig.trlDefaults().toBuilder().numGenerations(16)
            .kl(0.04, KlPlacement.LOSS, KlEstimator.K3).lossType(LossType.GRPO).build();

    @Test
    void fourInFiveStoriesAreHappyAfterEightySteps() throws IOException {
        assumeTrue(Files.exists(MODEL), "skipped: " + MODEL.toAbsolutePath().normalize() + " is not there");
        List<Prompt> prompts = new ArrayList<>();
        for (String beginning : BEGINNINGS) {
            prompts.add(new Prompt(prompts.size(), "<|start_story|>" + beginning));
        }
        OptimizerConfig optimizer = OptimizerConfig.trlDefaults().withLearningRate(1e-3);
        SamplingSettings sampling = SamplingSettings.of(1, 40, List.of());
        double[] happy = new double[STEPS];
        try (Backend backend = Backends.open("cpu", 2).backend();
                Policy policy = Policy.open(backend, MODEL, PolicySettings.of(0, optimizer, STEPS))) {
            Shuffled<Prompt> order = new Shuffled<>(prompts, 0);
            for (int step = 0; step < STEPS; step++) {
                List<SampledGroup> groups = policy.sample(order.batch(step, 4), 16, sampling, step);
                Advantages advantages = Advantages.of(Scored.of(groups, StoryLearningTest::reward), CONFIG);
                happy[step] = advantages.reward();
                policy.update(advantages, sampling, CONFIG);
            }
        }
        double first = Arrays.stream(happy, 0, 5).average().orElseThrow();
        double last = Arrays.stream(happy, STEPS - 5, STEPS).average().orElseThrow();
        assertTrue(first < 0.3 && last >= 0.8, first + " of the first stories and " + last + " of the last are happy");
    }

    private static OptionalDouble reward(Rollout rollout) {
        return OptionalDouble.of(rollout.text().contains(" happy") ? 1 : 0);
    }
}
