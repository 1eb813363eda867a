package org.catrl.flow;

import java.util.Locale;

/** Why a model gave no answer, or a judge no verdict; counted by kind in a step's metrics and messages. */
public enum FailureKind {
    /** Status 401, 403 or 404: the key, the address or the model's name is wrong. */
    REFUSED,
    /** Status 429: too many requests, or the quota is spent. */
    BUSY,
    /** Status 5xx. */
    SERVER_ERROR,
    /** Any other status than 200. */
    STATUS,
    /** No connection, or one that broke. */
    UNREACHABLE,
    /** No answer in time. */
    TIMEOUT,
    /** A reply that is no chat completion. */
    UNREADABLE,
    /** A question that was not asked, since the endpoint is down. */
    DOWN,
    /** A question that was not asked, since the step's time for its endpoint is over. */
    STEP_DEADLINE,
    /** A prompt that does not fit the model's context. */
    TOO_LONG,
    /** A reply that says neither yes nor no. */
    UNCLEAR;

    /** The name in metrics and messages, e.g. server_error. */
    public String spelled() {
        return name().toLowerCase(Locale.ROOT);
    }
}
