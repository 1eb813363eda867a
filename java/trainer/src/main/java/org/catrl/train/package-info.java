/**
 * Learning: the three verbs of a {@link org.catrl.train.Policy} (sample, logProbs, update), the GRPO loss and its
 * settings, supervised fine-tuning, the step loop around them, and evaluation. Called by the command and by embedding
 * programs. Knows models and backends as things that run; what a kernel computes is below, and no device memory shows
 * in any public signature here. Only evaluation, and the label control that a recipe asks for by name, see a gold
 * answer.
 */
package org.catrl.train;
