package org.catrl.lm;

/**
 * What a model was made to do.
 *
 * <pre>{@code
 * long tokens = metered.used().read() + metered.used().written();
 * }</pre>
 *
 * @param calls   queries that were put to it, and texts that it scored
 * @param read    tokens of queries that were answered, and of texts that were scored
 * @param written tokens of the replies; where an endpoint does not count them, as many as their text would take
 */
public record TokenUse(long calls, long read, long written) {
    /** Nothing. */
    public static final TokenUse NONE = new TokenUse(0, 0, 0);

    /** The sum of both. */
    public TokenUse plus(TokenUse other) {
        return new TokenUse(calls + other.calls, read + other.read, written + other.written);
    }

    /** What came on top of an earlier use. */
    public TokenUse since(TokenUse earlier) {
        return new TokenUse(calls - earlier.calls, read - earlier.read, written - earlier.written);
    }
}
