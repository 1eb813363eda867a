/**
 * Token ids in, token ids and log-probabilities out: continuous batching over a paged cache whose prompt blocks the
 * rollouts of a request share. What is drawn is a function of a {@link org.catrl.generate.DrawKey}.
 *
 * <p>Called by {@code lm}, and by all above it for its records; runs a model through {@link org.catrl.model.Runner}.
 * Text is decoded only to find stop strings; rewards and training are unknown here.
 */
package org.catrl.generate;
