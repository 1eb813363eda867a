/**
 * What flows through a step, and nothing else: a prompt's rollouts ({@link org.catrl.flow.SampledGroup}), with the
 * reference estimated from them ({@link org.catrl.flow.TaughtGroup}), with the rewards that follow and their evidence
 * ({@link org.catrl.flow.ScoredGroup}). Records only; everything above {@code generate} speaks in them.
 */
package org.catrl.flow;
