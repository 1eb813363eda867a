/**
 * The role "a language model that answers", played by a model in this process or behind an endpoint; prompts become token
 * ids here, and token ids text.
 *
 * <p>Called by {@code aggregate}, {@code reward}, {@code train} and what stands above them. Knows nothing of rewards,
 * optimizers and training.
 */
package org.catrl.lm;
