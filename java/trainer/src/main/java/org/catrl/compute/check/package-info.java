/**
 * Every op at awkward sizes, and the comparison with the reference: what the contract tests run in the build, and
 * {@code catrl selftest} on the user's own machine. An op bound to operands of given sizes is an
 * {@link org.catrl.compute.check.OpCall}: the cases are made of such, and the benchmarks time them. Called by
 * {@code selftest}, tests and benchmarks; knows nothing of models.
 */
package org.catrl.compute.check;
