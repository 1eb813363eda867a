/**
 * The binding of {@code catrl.h}, and how a library of CUDA kernels is found and probed: CPU kernels and CUDA kernels
 * are called through the same functions. Called by {@code org.catrl.compute}; the
 * benchmarks ask it about the device. What a function does is said in {@code catrl.h}.
 */
package org.catrl.kernels;
