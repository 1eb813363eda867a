package org.catrl.data;

/**
 * A supervised example.
 *
 * @param prompt     read, not learned
 * @param completion what the loss is taken on
 */
public record Example(String prompt, String completion) { }
