/**
 * The role "a language model that answers", played by a model in this process or behind an endpoint; the host of a
 * model's weights with its cache; prompts become token ids here, and token ids text. Answers are
 * {@link org.catrl.lm.Pending}: questions wait for each other and are answered in batches.
 *
 * <p>Called by {@code aggregate}, {@code reward}, {@code train}, {@code evaluate} and what stands above them. Knows
 * nothing of rewards, optimizers and training.
 */
package org.catrl.lm;
