package org.catrl.recipe;

/**
 * Which backend a recipe or the command line asks for.
 *
 * <pre>{@code
 * backend: cpu
 * }</pre>
 */
public enum BackendName {
    /** CUDA where it can be used, else the CPU; the first line of a run says why. */
    AUTO,
    /** The C++ kernels. */
    CPU,
    /** The CUDA kernels. */
    CUDA,
    /** Plain Java in double precision: the specification, slow. */
    REFERENCE
}
