package org.catrl.bench;

import java.util.ArrayList;
import java.util.List;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.DType;
import org.catrl.compute.PagedRows;
import org.catrl.generate.Completion;
import org.catrl.generate.DrawKey;
import org.catrl.generate.Generator;
import org.catrl.generate.Request;
import org.catrl.generate.SamplingSettings;
import org.catrl.model.Decoder;
import org.catrl.model.ModelConfig;
import org.catrl.model.Weights;

/** Sampling at temperature 1 on the CPU with random weights: different prompts of {@link #PROMPT} tokens. */
final class Generation implements AutoCloseable {
    static final int PROMPT = 32;

    private final Backend backend;
    private final Weights weights;
    private final Decoder decoder;
    private final Generator generator;
    private final List<Request> requests = new ArrayList<>();

    Generation(int threads, ModelConfig config, DType storage, int batch, int newTokens) {
        backend = Backends.open("cpu", threads).backend();
        weights = Weights.random(backend, config, 1, "benchmark", storage);
        int blocks = (PROMPT + newTokens + PagedRows.BLOCK - 1) / PagedRows.BLOCK;
        decoder = new Decoder(weights, batch * 4, batch * blocks);
        generator = new Generator(decoder, ids -> "", 1);
        SamplingSettings settings = SamplingSettings.of(1, newTokens, List.of());
        List<int[]> prompts = SmallModel.tokens(batch, PROMPT, config.vocab(), 2);
        for (int i = 0; i < batch; i++) {
            requests.add(new Request(prompts.get(i), 1, settings, DrawKey.rollout(0, i)));
        }
    }

    List<List<Completion>> run() {
        return generator.generate(requests);
    }

    @Override
    public void close() {
        decoder.close();
        weights.close();
        backend.close();
    }
}
