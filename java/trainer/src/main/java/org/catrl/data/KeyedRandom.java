package org.catrl.data;

import java.util.SplittableRandom;

/** Random streams that are pure functions of a key: no draw depends on what was drawn before it. */
public final class KeyedRandom {
    private KeyedRandom() { }

    /** A fresh stream for the seed and the key's parts, in order. */
    public static SplittableRandom of(long seed, long... key) {
        return new SplittableRandom(hash(seed, key));
    }

    /** A well-mixed hash of the seed and the key's parts, in order: 64 bits. */
    public static long hash(long seed, long... key) {
        long mixed = mix(seed);
        for (long part : key) {
            mixed = mix(mixed + 0x9E3779B97F4A7C15L + mix(part));
        }
        return mixed;
    }

    /** The finalizer of SplitMix64 (Steele, Lea and Flood 2014). */
    private static long mix(long bits) {
        bits = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        bits = (bits ^ (bits >>> 27)) * 0x94D049BB133111EBL;
        return bits ^ (bits >>> 31);
    }
}
