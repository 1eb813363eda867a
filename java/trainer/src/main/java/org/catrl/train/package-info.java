/**
 * Learning: the three verbs of a {@link org.catrl.train.Policy} (sample, logProbs, update), the GRPO loss and its
 * settings, supervised fine-tuning, and the step loop around them. Called by runs and by embedding programs. Knows
 * models and backends as things that run; what a kernel computes is below, and no device memory shows in any public
 * signature here. Nothing in here sees a gold answer.
 */
package org.catrl.train;
