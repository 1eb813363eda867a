package org.catrl.cli;

/** Which backend a recipe or the command line asks for. */
enum BackendName {
    /** CUDA where it can be used, else the CPU; the first line says why. */
    AUTO,
    CPU,
    CUDA,
    /** Plain Java in double precision: the specification, slow. */
    REFERENCE
}
