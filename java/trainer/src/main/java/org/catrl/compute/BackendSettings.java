package org.catrl.compute;

/**
 * How a backend is opened.
 *
 * @param threads those of the CPU backend, at least 1
 * @param device  the number of the CUDA device, from 0
 * @param exact   whether, on CUDA, rows' bits are independent of their batch, and the sampler's log-probabilities
 *                equal the trainer's to the bit, at some cost in speed; the CPU backend always is
 * @param check   whether to wait on CUDA after every launch, and name the kernel that failed; slow, to hunt errors
 */
public record BackendSettings(int threads, int device, boolean exact, boolean check) {
    /** The first device, fast, launches unchecked. */
    public static BackendSettings threads(int threads) {
        return new BackendSettings(threads, 0, false, false);
    }
}
