package org.catrl.compute.reference;

import org.catrl.compute.Buffer;
import org.catrl.compute.GrpoParameters;
import org.catrl.compute.GrpoParameters.Sum;
import org.catrl.compute.PolicyTokens;

/** The policy loss of one sequence's tokens and its derivative; see {@link GrpoParameters}. */
final class ReferenceGrpo {
    private final GrpoParameters parameters;
    private final ReferenceBuffer dlogp;
    private final ReferenceBuffer loss;
    private final ReferenceBuffer sums;
    private final ReferenceBuffer logp;
    private final ReferenceBuffer oldLogp;
    private final ReferenceBuffer refLogp;
    private final ReferenceBuffer advantage;
    private final ReferenceBuffer weight;

    ReferenceGrpo(GrpoParameters parameters, PolicyTokens tokens, ReferenceBuffer dlogp, ReferenceBuffer loss,
                  ReferenceBuffer sums) {
        this.parameters = parameters;
        this.dlogp = dlogp;
        this.loss = loss;
        this.sums = sums;
        this.logp = at(tokens.logp());
        this.oldLogp = at(tokens.oldLogp());
        this.refLogp = at(tokens.refLogp());
        this.advantage = at(tokens.advantage());
        this.weight = at(tokens.weight());
    }

    private static ReferenceBuffer at(Buffer buffer) {
        return (ReferenceBuffer) buffer;
    }

    /** Writes the tokens from .. end - 1, which are one sequence. */
    void sequence(int from, int end) {
        int live = 0;
        double logRatios = 0;
        for (int i = from; i < end; i++) {
            if (weight.get(i) != 0) {
                live++;
                logRatios += logp.get(i) - oldLogp.get(i);
            }
        }
        boolean shared = parameters.sequenceLevel();
        double mean = live == 0 ? 0 : logRatios / live;
        double throughRatio = 0;
        for (int i = from; i < end; i++) {
            double ratio = Math.exp(shared ? mean : logp.get(i) - oldLogp.get(i));
            double slope = token(i, ratio);
            throughRatio += weight.get(i) * slope;
            dlogp.add(i, shared ? 0 : weight.get(i) * slope);
        }
        for (int i = from; shared && i < end; i++) {
            if (weight.get(i) != 0) {
                dlogp.add(i, throughRatio / live);
            }
        }
    }

    /**
     * Writes a token's loss, and the part of dlogp that does not pass through the ratio.
     *
     * @return d loss / d log ratio
     */
    private double token(int i, double ratio) {
        double a = advantage.get(i);
        double clipped = Math.min(Math.max(ratio, parameters.clipLow()), parameters.clipHigh());
        double value;
        double slope = 0;
        double direct = 0;
        if (parameters.cispo()) {
            value = -clipped * a * logp.get(i);
            direct = -clipped * a;
        } else {
            double capped = Math.min(ratio, parameters.delta());
            value = -Math.min(capped * a, clipped * a);
            boolean unclipped = capped * a <= clipped * a;
            slope = unclipped && ratio <= parameters.delta() ? -ratio * a : 0;
        }
        double kl = 0;
        if (parameters.beta() != 0) {
            double r = refLogp.get(i) - logp.get(i);
            kl = kl(r);
            value += parameters.beta() * kl;
            direct -= parameters.beta() * klSlope(r);
        }
        loss.set(i, value);
        dlogp.set(i, weight.get(i) * direct);
        if (weight.get(i) != 0) {
            count(i, value, ratio, a, kl);
        }
        return slope;
    }

    private void count(int i, double value, double ratio, double a, double kl) {
        add(Sum.LOSS, weight.get(i) * value);
        add(Sum.TOKENS, 1);
        add(Sum.CLIPPED_LOW, ratio < parameters.clipLow() && a < 0 ? 1 : 0);
        add(Sum.CLIPPED_HIGH, ratio > parameters.clipHigh() && a > 0 ? 1 : 0);
        add(Sum.KL, kl);
        add(Sum.MULT_PROB_ERROR, Math.exp(Math.abs(logp.get(i) - oldLogp.get(i))));
        add(Sum.RATIO, ratio);
    }

    private void add(Sum slot, double value) {
        sums.add(slot.ordinal(), value);
    }

    private double kl(double r) {
        return switch (parameters.kl()) {
            case K1 -> -r;
            case K2 -> r * r / 2;
            case K3 -> Math.expm1(r) - r;
        };
    }

    private double klSlope(double r) {
        return switch (parameters.kl()) {
            case K1 -> -1;
            case K2 -> r;
            case K3 -> Math.expm1(r);
        };
    }
}
