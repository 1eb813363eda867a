package org.catrl.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.CountingBackend;
import org.catrl.data.Prompt;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.generate.RequestException;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.ModelSettings;
import org.catrl.model.ModelConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An anchor reads many rollouts at once: 16k tokens, within what the plan says. */
class LongContextTest {
    private static final int TOKENS = 16_000;
    private static final int POSITIONS = 32_768;
    private static final SamplingSettings SAMPLING = SamplingSettings.of(1, 8, List.of(TinyModel.VOCAB - 1));

    @TempDir
    private Path folder;

    @Test
    void sixteenThousandTokensAreReadWithinThePlannedMemory() throws IOException {
        TinyModel.create(folder);
        Path config = folder.resolve("config.json");
        Files.writeString(config, Files.readString(config).replaceAll("(\"max_position_embeddings\" *: *)\\d+", "$1"
                + POSITIONS));
        ModelConfig model = ModelConfig.read(folder);
        long cache = 2L * model.layers() * model.heads().keyValueWidth() * Float.BYTES * (TOKENS + 512);
        PolicySettings settings = hosted(cache);
        Prompt prompt = new Prompt(0, "Q1+2=3#".repeat(TOKENS / 7));
        try (Backend backend = Backends.open("cpu", 2).backend();
                Policy policy = Policy.open(backend, folder, settings)) {
            SampledGroup group = policy.sample(List.of(prompt), 4, SAMPLING, 0).get(0);
            Map<String, Long> held = backend.ledger().byOwner();
            MemoryPlan.Phase planned = MemoryPlan.of(CountingBackend.like(backend), model, settings.model(),
                    new MemoryPlan.Work(TOKENS, 8, 4, 4, 0, false, false, List.of(), false)).get(1);
            held.forEach((owner, bytes) -> assertTrue(bytes <= planned.byOwner().getOrDefault(owner, 0L),
                    owner + " holds " + bytes + ", planned " + planned.byOwner()));
            Rollout rollout = group.rollouts().get(3);
            assertArrayEquals(rollout.completion().logProbs(), policy.logProbs(List.of(group), 1).get(0).rollouts()
                    .get(3));
            assertEquals(8, rollout.completion().ids().length);
        }
        PolicySettings small = hosted(cache / 2);
        try (Backend backend = Backends.open("cpu", 2).backend();
                Policy policy = Policy.open(backend, folder, small)) {
            String message = assertThrows(RequestException.class, () -> policy.sample(List.of(prompt), 4, SAMPLING, 0))
                    .getMessage();
            assertTrue(message.contains("cache blocks of 16 tokens") && message.contains("sampling.cache_mb"), message);
        }
    }

    private static PolicySettings hosted(long cacheBytes) {
        return PolicySettings.of(7, OptimizerConfig.trlDefaults(), 1)
                .withModel(ModelSettings.of(7).withCacheBytes(cacheBytes));
    }
}
