package org.catrl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.data.Prompt;
import org.catrl.generate.DrawKey;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.ModelSettings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A policy belongs to one thread at a time: another one is refused before it touches anything. */
@Tag("hostile")
class PolicyOwnerTest {
    private static final SamplingSettings SAMPLING = SamplingSettings.of(1, 12, List.of(TinyModel.END));
    private static final List<Prompt> PROMPTS = List.of(new Prompt(0, "Q1+2="));

    @TempDir
    Path folder;

    @Test
    void aSecondThreadIsRefusedAndTheFirstGoesOn() throws IOException {
        TinyModel.create(folder);
        try (Backend backend = Backends.open("cpu", 1).backend();
             Policy policy = Policy.open(backend, folder, new PolicySettings(ModelSettings.of(1),
                     OptimizerConfig.trlDefaults(), 1))) {
            String alone = policy.sample(PROMPTS, 2, SAMPLING, 0).get(0).rollouts().get(1).text();
            AtomicInteger refused = new AtomicInteger();
            policy.stream(new int[] {1, 2}, SAMPLING, DrawKey.rollout(0, 0), piece -> refused.addAndGet(
                    isRefused(() -> policy.sample(PROMPTS, 2, SAMPLING, 0)) ? 1 : 0));
            assertTrue(refused.get() > 0, "nobody was refused");
            assertEquals(alone, policy.sample(PROMPTS, 2, SAMPLING, 0).get(0).rollouts().get(1).text());
            policy.close();
            assertThrows(IllegalStateException.class, () -> policy.sample(PROMPTS, 2, SAMPLING, 0));
        }
    }

    /** Whether another thread is told that this one is inside. */
    private static boolean isRefused(Runnable verb) {
        Throwable cause = assertThrows(CompletionException.class,
                () -> CompletableFuture.runAsync(verb).join()).getCause();
        assertTrue(cause.getMessage().contains("calls the policy while thread \"" + Thread.currentThread().getName()
                + "\" is within stream; one thread at a time"), cause.getMessage());
        return cause instanceof IllegalStateException;
    }
}
