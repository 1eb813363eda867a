package org.catrl.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.catrl.model.AdamW;
import org.catrl.model.Gradients;
import org.catrl.model.PackedBatch;
import org.catrl.model.Transformer;
import org.catrl.model.TransformerSettings;
import org.catrl.model.Weights;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Forward, loss, backward, global norm and AdamW of a whole model, BF16 with F32 weights, gradients and moments. */
public class UpdateStepBench extends DeviceBench {
    @Param("model=Qwen3-0.6B sequences=8 length=1024")
    public String shape;

    private Weights weights;
    private Transformer transformer;
    private Gradients gradients;
    private AdamW optimizer;
    private PackedBatch batch;

    /** Six operations per matrix element and token; attention's two products forward and four backward. */
    static Work work(Sizes sizes) {
        BenchModel model = BenchModel.of(sizes.text("model"));
        double length = sizes.count("length");
        double tokens = sizes.count("sequences") * length;
        double pairs = tokens * (length + 1) / 2;
        double attention = 6 * 2 * pairs * model.config().layers() * model.config().heads().queryWidth();
        return Work.flops(6 * tokens * model.matrixElements() + attention).of((long) tokens);
    }

    @Override
    Sizes sizes() {
        return Sizes.of(shape);
    }

    @Override
    void prepare(Sizes sizes) {
        weights = BenchModel.of(sizes.text("model")).weights(backend(), arena(), false);
        transformer = new Transformer(weights, TransformerSettings.DEFAULT);
        gradients = new Gradients(weights);
        optimizer = new AdamW(weights);
        Random random = new Random(2);
        List<int[]> prompts = new ArrayList<>();
        List<int[]> completions = new ArrayList<>();
        for (int i = 0; i < sizes.count("sequences"); i++) {
            prompts.add(random.ints(1, 0, weights.config().vocab()).toArray());
            completions.add(random.ints(sizes.count("length"), 0, weights.config().vocab()).toArray());
        }
        batch = PackedBatch.of(prompts, completions);
    }

    @Benchmark
    public void step() {
        guarded(this::update);
    }

    private void update() {
        gradients.zero();
        transformer.accumulate(batch, 1, gradients, (dlogp, logp, entropy, n) -> backend().fill(dlogp, -1.0 / n));
        gradients.finish();
        double norm = gradients.norm();
        optimizer.step(gradients, 1e-6, 0.9, 0.999, 1e-8, 0.01, Math.min(1, 1 / norm));
        backend().synchronize();
    }

    @Override
    void release() {
        optimizer.close();
        gradients.close();
        transformer.close();
        weights.close();
    }
}
