/**
 * Token ids in, token ids and log-probabilities out: continuous batching over a paged cache whose prompt blocks the
 * rollouts of a request share; and the role "continue these prompts", played by a model in this process or behind an
 * endpoint.
 *
 * <p>Called by {@code aggregate}, {@code reward}, {@code train} and {@code cli}; runs a model through
 * {@link org.catrl.model.Runner}. Knows nothing of rewards and training.
 */
package org.catrl.generate;
