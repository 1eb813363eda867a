package org.catrl.bench;

import java.util.ArrayList;
import java.util.List;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.SampleBatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/** One draw per row of logits (normal, deviation 4: a few ids hold most of the probability), temperature 1. */
public class SamplingBench extends DeviceBench {
    private static final double DEVIATION = 4;

    @Param("batch=64 vocab=151936 top_k=0 top_p=1")
    public String shape;

    private SampleBatch batch;
    private Buffer ids;
    private Buffer logp;
    private final List<Buffer> logits = new ArrayList<>();

    /** The logits, read once. */
    static Work work(Sizes sizes) {
        return Work.bytes(DType.F32.bytes() * sizes.number("batch") * sizes.number("vocab")).of(sizes.count("batch"));
    }

    @Override
    Sizes sizes() {
        return Sizes.of(shape);
    }

    @Override
    void prepare(Sizes sizes) {
        int count = sizes.count("batch");
        int vocab = sizes.count("vocab");
        float[] settings = new float[count * SampleBatch.SETTINGS];
        for (int row = 0; row < count; row++) {
            float[] own = {1, sizes.count("top_k"), (float) sizes.number("top_p"), 0, 1};
            System.arraycopy(own, 0, settings, row * SampleBatch.SETTINGS, SampleBatch.SETTINGS);
        }
        batch = new SampleBatch(count, vocab, data().made(DType.F32, settings.length).put(settings),
                data().ids(4 * count, Integer.MAX_VALUE), 1, null, null);
        for (int i = 0; i < DeviceData.rounds((long) work(sizes).amount()); i++) {
            logits.add(data().normal(DType.F32, (long) count * vocab, DEVIATION));
        }
        ids = data().made(DType.I32, count);
        logp = data().made(DType.F32, count);
    }

    @Benchmark
    @OperationsPerInvocation(QUEUED)
    public void sample() {
        timesQueued(number -> backend().sample(ids, logp, logits.get(number % logits.size()), batch));
    }
}
