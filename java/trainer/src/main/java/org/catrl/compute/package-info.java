/**
 * The ops, and who computes them: {@link org.catrl.compute.Backend} is the contract, {@link org.catrl.compute.Backends}
 * the only way to an implementation, by its name; {@link org.catrl.compute.Buffer} is a piece of its memory with an
 * owner. {@link org.catrl.compute.NativeBackend} calls every kernel through the one native border; its
 * {@link org.catrl.compute.Device} and {@link org.catrl.compute.Products} hold what a processor and a CUDA device do
 * differently. Backends of other packages come through {@link org.catrl.compute.BackendProvider}. Called
 * by {@code model} for its passes, and by what stands above it to open, plan and count; calls {@code kernels}; knows
 * nothing of models or texts.
 */
package org.catrl.compute;
