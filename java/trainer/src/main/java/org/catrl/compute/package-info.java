/**
 * The ops, and who computes them: {@link org.catrl.compute.Backend} is the contract, {@link org.catrl.compute.Backends}
 * opens an implementation by name, {@link org.catrl.compute.Buffer} is a piece of its memory with an owner. Called by
 * {@code model} and, for what an update needs, by {@code train}; knows nothing of models or texts.
 */
package org.catrl.compute;
