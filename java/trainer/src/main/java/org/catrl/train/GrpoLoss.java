package org.catrl.train;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.catrl.compute.Backend;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.GrpoParameters.Sum;
import org.catrl.compute.GrpoParameters;
import org.catrl.compute.PolicyTokens;
import org.catrl.model.TokenLoss;

/**
 * The policy loss of one micro-batch: moves its samples to the device, runs the op there, and continues the tally's
 * sums token by token, so that no split into micro-batches changes their bits.
 */
final class GrpoLoss implements TokenLoss, AutoCloseable {
    private static final String OWNER = "policy loss";

    private final Backend backend;
    private final GrpoParameters parameters;
    private final List<Sample> samples;
    private final UpdateTally tally;
    private final String where;
    private final int tokens;
    private final Buffer memory;
    private final Buffer sequenceFrom;
    private final Buffer sums;

    /**
     * The loss over the samples of one micro-batch, which continues the sums of the tally.
     *
     * @param where the place that a message names when something is not finite
     */
    GrpoLoss(Backend backend, GrpoParameters parameters, List<Sample> samples, UpdateTally tally, String where) {
        this.backend = backend;
        this.parameters = parameters;
        this.samples = samples;
        this.tally = tally;
        this.where = where;
        int[] from = new int[samples.size() + 1];
        for (int s = 0; s < samples.size(); s++) {
            from[s + 1] = from[s] + samples.get(s).completion().length;
        }
        tokens = from[samples.size()];
        memory = backend.allocate(DType.F32, 5L * tokens, OWNER);
        sequenceFrom = backend.allocate(DType.I32, from.length, OWNER).put(from);
        sums = backend.allocate(DType.F64, Sum.values().length, OWNER);
        sums.write(0, tally.sums(), 0, Sum.values().length);
    }

    @Override
    public void apply(Buffer dlogp, Buffer logp, Buffer entropy, int n) {
        Buffer loss = column(0);
        backend.grpo(dlogp, loss, sums, new PolicyTokens(n, samples.size(), logp, old(), reference(),
                spread(3, Sample::advantage), spread(4, Sample::weight), sequenceFrom), parameters);
        double[] totals = totals(logp, loss, entropy);
        if (!Double.isFinite(totals[0]) || !Double.isFinite(totals[1])) {
            requireFinite("the log-probability", logp.floats());
            requireFinite("the loss", loss.floats());
        }
        tally.set(sums.doubles(), totals[2]);
    }

    /** The sums over the tokens, made where they are; that of the entropies continues the tally's. */
    private double[] totals(Buffer... perToken) {
        try (Buffer totals = backend.allocate(DType.F64, perToken.length, OWNER)) {
            totals.write(perToken.length - 1, new double[] {tally.entropy()}, 0, 1);
            for (int i = 0; i < perToken.length; i++) {
                backend.sum(totals.slice(i, 1), perToken[i]);
            }
            return totals.doubles();
        }
    }

    private Buffer column(int index) {
        return memory.slice((long) index * tokens, tokens);
    }

    private Buffer old() {
        Buffer old = column(1);
        int token = 0;
        for (Sample sample : samples) {
            old.write(token, sample.oldLogProbs(), 0, sample.oldLogProbs().length);
            token += sample.completion().length;
        }
        return old;
    }

    private Buffer reference() {
        if (parameters.beta() == 0) {
            return null;
        }
        Buffer reference = column(2);
        int token = 0;
        for (Sample sample : samples) {
            reference.write(token, sample.reference(), 0, sample.reference().length);
            token += sample.completion().length;
        }
        return reference;
    }

    /** A column with one number per sample, for each of its tokens. */
    private Buffer spread(int index, ToDoubleFunction<Sample> value) {
        float[] perToken = new float[tokens];
        int token = 0;
        for (Sample sample : samples) {
            Arrays.fill(perToken, token, token + sample.completion().length, (float) value.applyAsDouble(sample));
            token += sample.completion().length;
        }
        return column(index).put(perToken);
    }

    private void requireFinite(String what, float[] perToken) {
        int token = 0;
        for (Sample sample : samples) {
            for (int t = 0; t < sample.completion().length; t++, token++) {
                if (!Float.isFinite(perToken[token])) {
                    throw new NotFiniteException(what + " of completion token " + t + " of rollout "
                            + sample.rollout() + " of prompt " + sample.promptId(), perToken[token], where);
                }
            }
        }
    }

    @Override
    public void close() {
        memory.close();
        sequenceFrom.close();
        sums.close();
    }
}
