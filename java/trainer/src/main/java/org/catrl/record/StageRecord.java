package org.catrl.record;

/**
 * What a part of a step took.
 *
 * @param name          rollout, aggregate, reward, reference or update
 * @param seconds       how long
 * @param calls         questions put to models
 * @param tokensRead    tokens that they read
 * @param tokensWritten tokens that they wrote
 */
public record StageRecord(String name, double seconds, long calls, long tokensRead, long tokensWritten) { }
