package org.catrl.compute.check;

import java.util.List;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.SampleBatch;

/**
 * Draws from seeded logits: normal, with a deviation at which a few ids hold most of the probability; temperature 1.
 *
 * @param rows  R, one draw each
 * @param vocab V
 * @param topK  how many ids are kept; 0 = all
 * @param topP  the probability that is kept; 1 = all
 */
public record SampledRows(int rows, int vocab, int topK, double topP) {
    private static final double DEVIATION = 4;
    private static final int SEED = 1;

    /** The draws, which write ids and their log-probabilities; operands are made in the arena. */
    public OpCall in(Arena a) {
        SampleBatch batch = new SampleBatch(rows, vocab, settings(a), a.ints(4 * rows, Integer.MAX_VALUE), SEED, null,
                null);
        Buffer logits = a.normal(DType.F32, (long) rows * vocab, DEVIATION);
        Buffer ids = a.made(DType.I32, rows);
        Buffer logp = a.floats(rows);
        return new OpCall(() -> a.backend().sample(ids, logp, logits, batch), List.of(ids, logp));
    }

    private Buffer settings(Arena a) {
        float[] ofRow = {1, topK, (float) topP, 0, 1};
        float[] settings = new float[rows * SampleBatch.SETTINGS];
        for (int i = 0; i < settings.length; i++) {
            settings[i] = ofRow[i % SampleBatch.SETTINGS];
        }
        return a.of(settings);
    }

    @Override
    public String toString() {
        return rows + " x " + vocab + ", top-k " + topK + ", top-p " + topP;
    }
}
