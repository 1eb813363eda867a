/**
 * Reward derivation: a group and its pseudo-reference in, one {@link org.catrl.flow.Reward} with its evidence per
 * rollout out. Plain Java; called by training and evaluation, knows neither weights nor labels nor how a reference was
 * made.
 */
package org.catrl.reward;
