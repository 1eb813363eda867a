package org.catrl.selftest;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.catrl.compute.Backend;
import org.catrl.compute.HeadShape;
import org.catrl.generate.DrawKey;
import org.catrl.generate.Generator;
import org.catrl.generate.Request;
import org.catrl.generate.SamplingSettings;
import org.catrl.model.AdamW;
import org.catrl.model.AttentionConfig;
import org.catrl.model.BoundaryTokens;
import org.catrl.model.Decoder;
import org.catrl.model.Family;
import org.catrl.model.Gradients;
import org.catrl.model.ModelConfig;
import org.catrl.model.PackedBatch;
import org.catrl.model.Rope;
import org.catrl.model.Transformer;
import org.catrl.model.TransformerSettings;
import org.catrl.model.Weights;
import org.catrl.record.ProcessMemory;

/**
 * The memory of the smallest piece of work that uses every part of a backend: sample from random weights, take one
 * step.
 *
 * @param samples    completions drawn
 * @param tokens     tokens of each
 * @param parameters how many learned
 * @param held       bytes of the backend's memory by owner, at the end
 * @param total      their sum
 * @param peak       the most that was held at once
 * @param resident   bytes of the whole process then; empty where the system does not tell
 * @param left       bytes held after everything was closed
 */
public record TinyRun(int samples, int tokens, long parameters, Map<String, Long> held, long total, long peak,
                      OptionalLong resident, long left) {
    private static final ModelConfig MODEL = new ModelConfig(Family.LLAMA, 512, 64, 2, 128, 128,
            AttentionConfig.full(new HeadShape(4, 2, 16), Rope.of(10_000)), 1e-5, true, BoundaryTokens.NONE);
    private static final int[] PROMPT = {1, 2, 3, 4, 5};
    private static final int SAMPLES = 8;
    private static final int LENGTH = 16;

    /** The work, done on a backend. */
    public static TinyRun on(Backend backend) {
        TinyRun open = open(backend);
        return new TinyRun(open.samples, open.tokens, open.parameters, open.held, open.total, open.peak, open.resident,
                backend.ledger().total());
    }

    private static TinyRun open(Backend backend) {
        try (Weights weights = Weights.random(backend, MODEL, 1, "weights");
             Decoder decoder = new Decoder(weights, 64, 64);
             Transformer transformer = new Transformer(weights, TransformerSettings.DEFAULT);
             Gradients gradients = new Gradients(weights);
             AdamW adamw = new AdamW(weights)) {
            List<int[]> completions = new Generator(decoder, ids -> "", 1).generate(List.of(new Request(PROMPT, SAMPLES,
                    SamplingSettings.of(1, LENGTH, List.of()), DrawKey.rollout(0, 0)))).get(0).stream()
                    .map(completion -> completion.ids()).toList();
            transformer.accumulate(PackedBatch.of(Collections.nCopies(SAMPLES, PROMPT), completions), 1, gradients,
                    (dlogp, logp, entropy, n) -> backend.fill(dlogp, -1.0 / n));
            gradients.finish();
            adamw.step(gradients, 1e-3, 0.9, 0.999, 1e-8, 0, 1);
            return new TinyRun(SAMPLES, LENGTH, weights.length(), backend.ledger().byOwner(), backend.ledger().total(),
                    backend.ledger().peak(), ProcessMemory.residentBytes(), 0);
        }
    }
}
