/**
 * What flows through a step: the rollouts of a prompt, the reference estimated from them, the rewards that follow.
 * Records only; everything above {@code generate} speaks in them.
 */
package org.catrl.flow;
