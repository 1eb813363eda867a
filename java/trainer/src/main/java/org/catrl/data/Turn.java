package org.catrl.data;

/**
 * One message of a conversation that a model is to continue.
 *
 * @param role    "system", "user" or "assistant"
 * @param content what was said
 */
public record Turn(String role, String content) { }
