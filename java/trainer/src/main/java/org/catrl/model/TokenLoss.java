package org.catrl.model;

import org.catrl.compute.Buffer;

/** A loss over the completion tokens of a batch, by its derivative with respect to their log-probabilities. */
@FunctionalInterface
public interface TokenLoss {
    /**
     * Computes the derivative. It is called once per {@link Transformer#accumulate}, with all completion tokens of the
     * batch in order.
     *
     * @param dlogp   F32[n], 0 when called: d loss / d logp, to be written
     * @param logp    F32[n], of the temperature-scaled distribution
     * @param entropy F32[n], of that distribution, in nats
     * @param n       how many completion tokens
     */
    void apply(Buffer dlogp, Buffer logp, Buffer entropy, int n);
}
