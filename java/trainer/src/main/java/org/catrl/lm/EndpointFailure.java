package org.catrl.lm;

import org.catrl.flow.FailureKind;

/**
 * Why an endpoint gave no answer.
 *
 * @param kind   as it is counted
 * @param reason in words
 */
record EndpointFailure(FailureKind kind, String reason) { }
