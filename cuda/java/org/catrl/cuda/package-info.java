/** Binding of the CUDA kernels; called by {@code org.catrl.compute} only, which loads it lazily. */
package org.catrl.cuda;
