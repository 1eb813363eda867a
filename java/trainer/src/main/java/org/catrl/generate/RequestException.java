package org.catrl.generate;

/** A request that cannot be run: it is empty, or does not fit the model's context or the cache. */
public final class RequestException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /** A refusal that names the request, what is wrong and what to do. */
    public RequestException(String message) {
        super(message);
    }
}
