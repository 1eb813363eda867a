package org.catrl.selftest;

import java.io.PrintWriter;
import java.util.Collections;
import java.util.List;
import org.catrl.cli.Machine;
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

/** The smallest piece of work that uses every part of a backend: sample from random weights, take one step, count. */
public final class TinyRun {
    private static final ModelConfig MODEL = new ModelConfig(Family.LLAMA, 512, 64, 2, 128, 128,
            AttentionConfig.full(new HeadShape(4, 2, 16), Rope.of(10_000)), 1e-5, true, BoundaryTokens.NONE);
    private static final int[] PROMPT = {1, 2, 3, 4, 5};
    private static final int SAMPLES = 8;
    private static final int LENGTH = 16;

    private TinyRun() { }

    /** Prints who held how much of the backend's memory at the end, and the most that was held at once. */
    public static void report(Backend backend, PrintWriter out) {
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
            out.printf("%nmemory of a tiny run (%d samples of %d tokens, one step of %d parameters)%n", SAMPLES, LENGTH,
                    weights.length());
            backend.ledger().byOwner().forEach((owner, bytes) -> line(out, owner, bytes));
            line(out, "all", backend.ledger().total());
            line(out, "at most at once", backend.ledger().peak());
            line(out, "resident, the whole process", Machine.residentBytes());
        }
        line(out, "left after it was closed", backend.ledger().total());
    }

    private static void line(PrintWriter out, String name, long bytes) {
        out.printf("  %-32s%10.1f KiB%n", name, bytes / 1024.0);
    }
}
