/**
 * Token ids in, token ids and log-probabilities out: continuous batching over a paged cache whose prompt blocks the
 * rollouts of a request share. What is drawn is a function of a {@link org.catrl.generate.DrawKey}.
 *
 * <p>Called by {@code lm}; runs a model through {@link org.catrl.model.Runner}. Knows nothing of texts, rewards and
 * training.
 */
package org.catrl.generate;
