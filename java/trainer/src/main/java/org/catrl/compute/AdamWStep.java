package org.catrl.compute;

/**
 * One step of AdamW (Loshchilov and Hutter 2019, decoupled decay, as in torch.optim.AdamW).
 *
 * @param learningRate  this step's rate
 * @param beta1         decay of the first moment
 * @param beta2         decay of the second moment
 * @param epsilon       added to the root of the corrected second moment
 * @param weightDecay   lambda in w -= lr * lambda * w
 * @param decayedLength how many leading elements of the flat buffer are decayed; the rest (norms, biases) are not
 * @param step          t, from 1, of the bias corrections
 * @param gradientScale every gradient is multiplied by this first (1, or the factor of global-norm clipping)
 */
public record AdamWStep(double learningRate, double beta1, double beta2, double epsilon, double weightDecay,
                        long decayedLength, int step, double gradientScale) { }
