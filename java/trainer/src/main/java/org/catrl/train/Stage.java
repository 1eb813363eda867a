package org.catrl.train;

import org.catrl.lm.TokenUse;

/**
 * What a phase of a step took.
 *
 * @param name    rollout, aggregate, reward, reference or update
 * @param seconds how long
 * @param used    questions put to models, tokens that they read and wrote
 */
public record Stage(String name, double seconds, TokenUse used) { }
