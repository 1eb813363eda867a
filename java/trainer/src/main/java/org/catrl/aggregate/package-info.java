/**
 * Reference estimation: a group of rollouts in, one {@link org.catrl.flow.PseudoReference} out. Plain Java over texts,
 * answers and a {@link org.catrl.lm.LanguageModel}; called by training and evaluation, knows neither weights nor labels
 * nor rewards.
 */
package org.catrl.aggregate;
