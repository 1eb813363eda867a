/**
 * Reference estimation: a group of rollouts in, one {@link org.catrl.aggregate.PseudoReference} out. Plain Java over
 * texts, answers and a {@link org.catrl.generate.LanguageModel}; called by training and evaluation, knows neither
 * weights nor labels.
 */
package org.catrl.aggregate;
