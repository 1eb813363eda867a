package org.catrl.lm;

/**
 * What a model was made to do.
 *
 * <pre>{@code
 * long tokens = metered.used().read() + metered.used().written();
 * }</pre>
 *
 * @param read    tokens of queries that were answered, and of texts that were scored
 * @param written tokens of the replies
 */
public record TokenUse(long read, long written) { }
