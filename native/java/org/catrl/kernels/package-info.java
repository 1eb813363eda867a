/**
 * The binding of {@code catrl.h}, and how a library of CUDA kernels is found and probed: CPU kernels and CUDA kernels
 * are called through the same functions. Called by {@code org.catrl.compute} only.
 */
package org.catrl.kernels;
