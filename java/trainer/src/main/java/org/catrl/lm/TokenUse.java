package org.catrl.lm;

/**
 * What a model was made to do.
 *
 * <pre>{@code
 * long tokens = metered.used().read() + metered.used().written();
 * }</pre>
 *
 * @param read    tokens of queries that were answered, and of texts that were scored
 * @param written tokens of the replies; where an endpoint does not count them, as many as their text would take
 */
public record TokenUse(long read, long written) { }
