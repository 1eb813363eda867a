package org.catrl.compute;

/**
 * N completion tokens of S sequences, and what a policy loss needs to know of them.
 *
 * @param count        N
 * @param sequences    S
 * @param logp         F32[N], under the policy
 * @param oldLogp      F32[N], under the policy that drew them
 * @param refLogp      F32[N], under the reference; null when {@link GrpoParameters#beta} is 0
 * @param advantage    F32[N]
 * @param weight       F32[N]; 0 masks a token
 * @param sequenceFrom I32[S + 1]: tokens of sequence s are sequenceFrom[s] .. sequenceFrom[s + 1]
 */
public record PolicyTokens(int count, int sequences, Buffer logp, Buffer oldLogp, Buffer refLogp, Buffer advantage,
                           Buffer weight, Buffer sequenceFrom) { }
