/**
 * Token ids in, token ids and log-probabilities out: continuous batching over a paged cache whose prompt blocks the
 * rollouts of a request share.
 *
 * <p>Called by {@code flow}, {@code lm} and what stands above them; runs a model through
 * {@link org.catrl.model.Runner}. Knows nothing of rewards and training.
 */
package org.catrl.generate;
